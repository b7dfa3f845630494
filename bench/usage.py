"""What counting costs: Q2 on the same server with `REELGRAPH_USAGE=count` and `off`, side by side in one run.

`python -m bench.usage`, or `make bench-usage`; writes bench/USAGE.md. The machine is noisy, so both are measured in
turn, many times, and what counts is the median of the pairs' ratios; processor time says it with less noise.
"""

import asyncio
import random
import statistics
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import track

from bench.contract import Request
from bench.dataset import load
from bench.install import require_wrk
from bench.load import measure
from bench.place import Place
from bench.running import Running, running
from bench.servers import servers
from database.embedded import embedded_postgres
from server.settings import Settings

DATA = Path(".reelgraph/bench")
RESULTS = Path("bench/USAGE.md")
PAIRS = 40
SECONDS = 2
CONNECTIONS = 8
OPERATION = "Q2"
CLIENT = {"GraphQL-Client-Name": "bench", "GraphQL-Client-Version": "1.0.0"}
SAMPLES = 2000

console = Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class Pair:
    """Two measurements that followed each other: counting, as a share of not counting."""

    throughput: float
    processor: float


def main() -> None:
    """Measure, and write what came out."""
    require_wrk(console.print)
    page = _report(asyncio.run(_measure()))
    RESULTS.write_text(page)
    print(page)


async def _measure() -> list[Pair]:
    settings = Settings(data=DATA)
    await load(settings)
    with embedded_postgres(settings.data) as url, ExitStack() as stack:
        place = Place.of(settings, url)
        ours = servers()[0]
        counting, silent = (
            stack.enter_context(
                running(replace(ours, name=f"usage-{usage}", environment={"REELGRAPH_USAGE": usage}), place)
            )
            for usage in ("count", "off")
        )
        asked = [_as_client(request) for request in ours.ask(place, OPERATION, await place.keys())]
        _load(counting, asked), _load(silent, asked)
        return [
            _pair(counting, silent, asked, counting_first=number % 2 == 0)
            for number in track(range(PAIRS), "Measuring", console=console)
        ]


def _as_client(request: Request) -> Request:
    return replace(request, headers={**request.headers, **CLIENT})


def _load(one: Running, asked: list[Request]) -> tuple[float, float]:
    found = measure(one, asked, connections=CONNECTIONS, seconds=SECONDS)
    return found.per_second, found.cpu_ms


def _pair(counting: Running, silent: Running, asked: list[Request], *, counting_first: bool) -> Pair:
    order = (counting, silent) if counting_first else (silent, counting)
    found = {one.server.name: _load(one, asked) for one in order}
    (with_throughput, with_cpu), (without_throughput, without_cpu) = (
        found[counting.server.name],
        found[silent.server.name],
    )
    return Pair(with_throughput / without_throughput, with_cpu / without_cpu)


def _report(pairs: list[Pair]) -> str:
    throughput, processor = (_interval([getattr(pair, kind) for pair in pairs]) for kind in ("throughput", "processor"))
    return f"""# What counting costs

Written by `make bench-usage`: {OPERATION} of the benchmark on one process with counting on and one with it off, in
turn, {PAIRS} pairs of {SECONDS} s, {CONNECTIONS} connections. Medians of the pairs' ratios, in parentheses where 95 %
of the medians lie that chance would give (bootstrap).

| | counting / not counting |
| --- | --- |
| Answers a second | {throughput} |
| Processor time of an answer | {processor} |
"""


def _interval(ratios: list[float]) -> str:
    chance = random.Random(0)  # noqa: S311  no secret
    medians = sorted(statistics.median(chance.choices(ratios, k=len(ratios))) for _ in range(SAMPLES))
    low, high = medians[int(SAMPLES * 0.025)], medians[int(SAMPLES * 0.975)]
    return f"{statistics.median(ratios):.3f} ({low:.3f} to {high:.3f})"


if __name__ == "__main__":
    main()

"""What counting costs: Q2 with and without, in turn, by one application.

`python -m bench.usage`, or `make bench-usage`; writes bench/USAGE.md. The machine is noisier than the cost is high, and
two applications of the same settings differ by more (how their objects lie in memory), so it is one whose counter is
switched on and off every few milliseconds. There is no HTTP in between, so the share is larger than a server's.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.progress import track
from starlette.types import ASGIApp

from bench.contract import Request
from bench.dataset import load
from bench.place import Place
from bench.servers import ask_with_token
from server.app import create_app
from server.graphql_request import Client
from server.operations import Prepared
from server.resources import open_resources
from server.settings import Settings
from server.usage import FLUSH_SECONDS, UsageCounter

DATA = Path(".reelgraph/bench")
RESULTS = Path("bench/USAGE.md")
TURNS = 2000
WARM_UP = 100
AT_ONCE = 8
OPERATION = "Q2"
CLIENT = {"GraphQL-Client-Name": "bench", "GraphQL-Client-Version": "1.0.0"}
SAMPLES = 2000

console = Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class Measured:
    """Seconds of each turn, with counting and without; and seconds of processor time that noting the counts takes."""

    counting: list[float]
    silent: list[float]
    noting: float


class Switched(UsageCounter):
    """Counts, or does not."""

    counts = True

    def count(self, client: Client, prepared: Prepared) -> None:
        """Count an operation, if at all."""
        if self.counts:
            super().count(client, prepared)


def main() -> None:
    """Measure, and write what came out."""
    page = _report(asyncio.run(_measure()))
    RESULTS.write_text(page)
    print(page)


async def _measure() -> Measured:
    settings = Settings(data=DATA)
    await load(settings)
    async with open_resources(settings) as resources:
        place = Place(settings, Path(str(resources.database.engine.url.query["host"])))
        asked = [_scope_and_body(one) for one in ask_with_token(place, OPERATION, await place.keys())]
        usage = Switched(resources.database)
        app = create_app(settings, replace(resources, usage=usage))
        found: dict[bool, list[float]] = {True: [], False: []}
        for number in track(range(-WARM_UP, TURNS), "Measuring", console=console):
            # Which begins goes in turn, too.
            for usage.counts in (number % 2 == 0, number % 2 == 1):
                seconds = await _turn(app, asked, number)
                if number >= 0:
                    found[usage.counts].append(seconds)
        usage.counts = True
        noting = await _noting(usage, app, asked)
        await usage.close()
        return Measured(found[True], found[False], noting)


async def _turn(app: ASGIApp, asked: list[Any], number: int) -> float:
    requests = [asked[(number * AT_ONCE + index) % len(asked)] for index in range(AT_ONCE)]
    started = time.perf_counter()
    await asyncio.gather(*(_ask(app, *request) for request in requests))
    return time.perf_counter() - started


async def _noting(usage: UsageCounter, app: ASGIApp, asked: list[Any]) -> float:
    await usage.flush()
    await asyncio.gather(*(_ask(app, *request) for request in islice(asked, AT_ONCE)))
    started = time.process_time()
    await usage.flush()
    return time.process_time() - started


async def _ask(app: ASGIApp, scope: dict[str, Any], body: bytes) -> None:
    answers: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        answers.append(message)

    await app({**scope, "state": {}}, receive, send)
    assert answers[0]["status"] == 200, answers
    assert "errors" not in orjson.loads(answers[1]["body"])


def _scope_and_body(request: Request) -> tuple[dict[str, Any], bytes]:
    headers = {"host": "localhost", **request.headers, **CLIENT}
    scope = {
        "type": "http",
        "method": request.method,
        "path": request.path,
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    return scope, request.body


def _report(found: Measured) -> str:
    median = statistics.median(found.counting) / AT_ONCE
    return f"""# What counting costs

Written by `make bench-usage`: {OPERATION} of the benchmark, {AT_ONCE} at once, counted and not, in turn,
{TURNS:,} times each, by one application without HTTP. In parentheses where 95 % of the ratios lie that chance would
give (bootstrap).

| | |
| --- | --- |
| Throughput, counting / not counting | {_ratio(found)} |
| Milliseconds an answer, counting | {median * 1000:.3f} |
| Noting the counts: milliseconds of processor time every {FLUSH_SECONDS} s | {found.noting * 1000:.1f} |
| Noting the counts: share of the time | {found.noting / FLUSH_SECONDS:.2%} |
"""


def _ratio(found: Measured) -> str:
    chance = random.Random(0)  # noqa: S311  no secret

    def drawn() -> float:
        indexes = chance.choices(range(TURNS), k=TURNS)
        return _of_medians(lambda times: [times[index] for index in indexes], found)

    ratios = sorted(drawn() for _ in range(SAMPLES))
    low, high = ratios[int(SAMPLES * 0.025)], ratios[int(SAMPLES * 0.975)]
    return f"{_of_medians(lambda times: times, found):.4f} ({low:.4f} to {high:.4f})"


def _of_medians(chosen: Callable[[list[float]], list[float]], found: Measured) -> float:
    return statistics.median(chosen(found.silent)) / statistics.median(chosen(found.counting))


if __name__ == "__main__":
    main()

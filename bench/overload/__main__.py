"""`python -m bench.overload`, or `make bench-overload`: more than our server can do; writes into bench/RESULTS.md.

One process of `reelgraph serve` on a processor core of its own; PostgreSQL and the load have the others. First as much
as it answers to a few clients that wait, which is its peak; then half, once, twice and four times that many requests a
second, whether they are answered or not.
"""

import os
import statistics
import sys
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import orjson
import psutil
import typer
import uvloop
from rich.console import Console

from bench.contract import DOCUMENTS, Request
from bench.dataset import load
from bench.machine import machine
from bench.overload.arrivals import Found, Load
from bench.overload.section import Row, put_in, section
from bench.place import Place
from bench.running import Running, running
from bench.servers import servers
from database.embedded import embedded_postgres
from database.errors import ReelgraphError
from server.settings import Settings

DATA = Path(".reelgraph/bench")
RESULTS = Path("bench/RESULTS.md")
SMALL = "query Small { viewer { videoCount } }"
# How often each operation comes in a hundred; a page of a library is rare, its pieces are not.
SHARES = {"Small": 50, "Q2": 35, "Q3": 10, "Q1": 5}
# Or the operations of the other sections, a third each.
PAGES = {"Q2": 34, "Q3": 33, "Q1": 33}
TIMES = (0.5, 1.0, 2.0, 4.0)
AT_ONCE = 16
CONNECTIONS = 1000

console = Console(stderr=True, highlight=False)


def overload(
    seconds: Annotated[float, typer.Option(help="How long each rate is kept up.", min=1)] = 10,
    rounds: Annotated[int, typer.Option(help="How often all is measured; the medians count.", min=1)] = 3,
    *,
    pages: Annotated[bool, typer.Option(help="Q1, Q2 and Q3, a third each, without small ones; not written.")] = False,
    write: Annotated[bool, typer.Option(help=f"Put the section into {RESULTS}.")] = True,
) -> None:
    """Measure, and report."""
    page = uvloop.run(_overload(seconds, rounds, PAGES if pages else SHARES))
    console.print(page, markup=False)
    if write and not pages:
        RESULTS.write_text(put_in(RESULTS.read_text(), page))


async def _overload(seconds: float, rounds: int, shares: dict[str, int]) -> str:
    settings = Settings(data=DATA)
    await load(settings)
    with embedded_postgres(settings.data) as url:
        place = Place.of(settings, url)
        facts = await machine(place)
        requests = _requests(place, await place.keys(), shares)
        with running(servers()[0], place) as one:
            _apart(one.process)
            runs = [await _round(one, requests, seconds) for _ in range(rounds)]
        facts.append(("Load average", " / ".join(f"{load:.1f}" for load in os.getloadavg())))
    return section([_median(rows) for rows in zip(*runs, strict=True)], facts, seconds=seconds, rounds=rounds)


async def _round(one: Running, requests: list[bytes], seconds: float) -> list[Row]:
    """The peak, and what becomes of each rate."""
    host, _, port = one.url.removeprefix("http://").partition(":")
    traffic = Load((host, int(port)), requests)
    await traffic.at_once(AT_ONCE, 2)
    peak = _row("peak", 0, await _timed(one, traffic.at_once(AT_ONCE, seconds)), seconds)
    rows = [peak]
    for times in TIMES:
        measured = await _timed(one, traffic.by_the_clock(times * peak.goodput, CONNECTIONS, seconds))
        # Before and after, because what else the machine does changes from one minute to the next.
        after = _row("peak", 0, await _timed(one, traffic.at_once(AT_ONCE, seconds)), seconds)
        row = _row(f"{times:g} times", times * peak.goodput, measured, seconds)
        rows.append(replace(row, share=2 * row.goodput / (peak.goodput + after.goodput)))
        console.print(rows[-1])
        peak = after
    traffic.close()
    return rows


async def _timed(one: Running, run: Awaitable[Found]) -> tuple[Found, float]:
    before = one.cpu_seconds()
    return await run, one.cpu_seconds() - before


def _row(name: str, rate: float, measured: tuple[Found, float], seconds: float) -> Row:
    found, cpu = measured
    arrived = len(found.served) + len(found.refused) + found.failed
    return Row(
        name=name,
        rate=rate or arrived / seconds,
        goodput=len(found.served) / seconds,
        refused=len(found.refused) / arrived,
        failed=found.failed,
        p50=_percentile(found.served, 50),
        p99=_percentile(found.served, 99),
        refusal_p99=_percentile(found.refused, 99) if found.refused else 0,
        late=found.late * 1000,
        busy=cpu / seconds,
    )


def _percentile(values: list[float], percent: int) -> float:
    """In milliseconds."""
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)] * 1000


def _median(rows: tuple[Row, ...]) -> Row:
    numbers = {name: statistics.median(getattr(row, name) for row in rows) for name in Row.NUMBERS}
    return Row(name=rows[0].name, failed=sum(row.failed for row in rows), **numbers)


def _requests(place: Place, keys: list[str], shares: dict[str, int]) -> list[bytes]:
    """A hundred requests of each of which there are as many as its share says."""
    documents = DOCUMENTS | {"Small": SMALL}
    made = []
    for name, share in shares.items():
        for number in range(share):
            variables = {"id": keys[number % len(keys)]} if name == "Q2" else {}
            body = orjson.dumps({"query": documents[name], "operationName": name, "variables": variables})
            made.append(Request("POST", "/graphql", {"Authorization": f"Bearer {place.token}"}, body))
    return [_on_the_wire(request) for request in made]


def _on_the_wire(request: Request) -> bytes:
    lines = [
        f"{request.method} {request.path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        "Accept: application/json",
        *(f"{name}: {value}" for name, value in request.headers.items()),
        f"Content-Length: {len(request.body)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + request.body


def _apart(server: psutil.Process) -> None:
    """Give the server a core of its own, if there are several."""
    cores = server.cpu_affinity()
    if cores and len(cores) > 1:
        for process in (server, *server.children(recursive=True)):
            process.cpu_affinity(cores[:1])
        psutil.Process().cpu_affinity(cores[1:])
    # PostgreSQL comes first on the core that we share: what is measured is not how we starve it. What the load is late
    # by counts as latency.
    os.nice(19)


if __name__ == "__main__":
    try:
        typer.run(overload)
    except ReelgraphError as error:
        sys.exit(f"{error}\n{error.hint or ''}")

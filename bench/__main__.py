"""`python -m bench`, or `make bench`: our server beside the best of others, all answering the same.

Loads the library and installs the peers on first use (about ten minutes), starts every server, compares their data,
counts their statements, and then puts them under load in turn.
"""

import asyncio
import signal
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bench.check import answers, require_same
from bench.contract import OPERATIONS
from bench.dataset import load
from bench.install import install
from bench.load import measure
from bench.machine import machine
from bench.measurements import Measurements
from bench.overload.section import taken_from
from bench.place import Place
from bench.results import report
from bench.running import Running, running
from bench.servers import Server, servers
from bench.statements import logging_statements, statements_per_request
from database.embedded import embedded_postgres
from database.errors import ReelgraphError
from server.settings import Settings

DATA = Path(".reelgraph/bench")
RESULTS = Path("bench/RESULTS.md")
# What the figures do not say by themselves.
NOTES = Path(__file__).with_name("NOTES.md")
QUICK_SECONDS = 2

console = Console(stderr=True, highlight=False)


def bench(
    *,
    only: Annotated[str, typer.Option(help="Names of servers, with commas between; all when left out.")] = "",
    rounds: Annotated[int, typer.Option(help="How often everything is measured.", min=1)] = 3,
    seconds: Annotated[int, typer.Option(help="How long each measurement takes.", min=1)] = 5,
    warm_up: Annotated[int, typer.Option(help="Seconds of load before each measurement.", min=1)] = 2,
    connections: Annotated[list[int] | None, typer.Option(help="Once for each number; 8 and 64 if left out.")] = None,
    operations: Annotated[str, typer.Option(help="Names of operations, with commas between.")] = ",".join(OPERATIONS),
    quick: Annotated[bool, typer.Option("--quick", help="One round of 2 s with 8 connections.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(help=f"Where the report goes; if left out: all of it {RESULTS}, a part to the screen."),
    ] = None,
) -> None:
    """Measure, and report the medians."""
    found = Measurements(
        _chosen(only),
        _known("operation", operations.split(","), OPERATIONS),
        [8] if quick else connections or [8, 64],
        1 if quick else rounds,
        QUICK_SECONDS if quick else seconds,
    )
    page = asyncio.run(_bench(found, 1 if quick else warm_up))
    whole = not (only or quick or connections) and operations == ",".join(OPERATIONS)
    if output or whole:
        # What was measured by itself stays.
        other = taken_from(RESULTS.read_text()) if RESULTS.exists() else ""
        (output or RESULTS).write_text(page + NOTES.read_text() + other)
        console.print(f"Written: {output or RESULTS}")
    else:
        print(page)


def _chosen(only: str) -> list[Server]:
    everyone = {server.name: server for server in servers()}
    names = _known("server", only.split(","), everyone) if only else everyone
    return [server for name, server in everyone.items() if name in names]


def _known(what: str, names: list[str], everything: Iterable[str]) -> list[str]:
    """The names, if there are such; otherwise raise `ReelgraphError`."""
    if unknown := set(names) - {*everything}:
        raise ReelgraphError(f"There is no {what} {', '.join(unknown)}.", f"There are: {', '.join(everything)}.")
    return names


async def _bench(found: Measurements, warm_up: int) -> str:
    settings = Settings(data=DATA)
    install(console.print)
    await load(settings)
    with embedded_postgres(settings.data) as url, ExitStack() as stack:
        place = Place.of(settings, url)
        everyone = [stack.enter_context(running(server, place)) for server in found.servers]
        await _compare(everyone, place, found)
        facts = await machine(place)
        _load(everyone, place, found, warm_up, await place.keys())
        found.memory = {one.server.name: one.memory() for one in everyone}
        return report(found, facts)


async def _compare(everyone: list[Running], place: Place, found: Measurements) -> None:
    """The servers' data must be the first one's; count statements and bytes."""
    keys = await place.keys()
    expected = None
    for one in everyone:
        name = one.server.name
        console.print(f"Checking {name} …")
        given, found.answer_bytes[name] = answers(one, place, keys)
        require_same(name, given, expected := expected or given)
    async with logging_statements(place):
        for one in everyone:
            found.statements[one.server.name] = statements_per_request(one, place, keys)


def _load(everyone: list[Running], place: Place, found: Measurements, warm_up: int, keys: list[str]) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    steps = found.rounds * len(found.connections) * len(found.operations) * len(everyone)
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("Measuring", total=steps)
        for number in range(found.rounds):
            # Forwards and backwards, so that nobody always follows the same neighbour.
            turn = everyone if number % 2 == 0 else everyone[::-1]
            for connections in found.connections:
                for operation in found.operations:
                    for one in turn:
                        progress.update(task, description=f"{operation} {one.server.name}, {connections} connections")
                        requests = one.server.ask(place, operation, keys)
                        measure(one, requests, connections=connections, seconds=warm_up)
                        measured = measure(one, requests, connections=connections, seconds=found.seconds)
                        found.add(one.server.name, operation, connections, measured)
                        progress.advance(task)


if __name__ == "__main__":
    # Ended by another process, it still ends its servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        typer.run(bench)
    except ReelgraphError as error:
        sys.exit(f"{error}\n{error.hint or ''}")

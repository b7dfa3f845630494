"""`python -m bench.live`, or `make bench-live`: how long a change takes to reach those who watch, beside GraphQL Yoga.

Installs the peers on first use. Ends with an error if a subscriber received anything but the events of its owner.
"""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.install import install
from bench.live.report import report
from bench.live.run import Load, Outcome, run
from bench.live.servers import servers
from bench.live.subscribers import require_files
from bench.machine import machine
from bench.place import Place
from bench.servers import Server
from database.embedded import embedded_postgres
from database.errors import ReelgraphError
from server.settings import Settings

DATA = Path(".reelgraph/bench")
RESULTS = Path("bench/LIVE.md")
STANDARD = Load(subscribers=2_000, owners=200, rate=50, rounds=3, warm_up=10, seconds=20)
# Fewer are too few to plant faults among.
LEAST_CHANGES_EACH = 4

console = Console(stderr=True, highlight=False)


def live(
    *,
    only: Annotated[str, typer.Option(help="Names of servers, with commas between; all when left out.")] = "",
    subscribers: Annotated[int, typer.Option(help="Connections in all.", min=2)] = STANDARD.subscribers,
    owners: Annotated[int, typer.Option(help="Whose jobs they watch.", min=2)] = STANDARD.owners,
    rate: Annotated[int, typer.Option(help="Changes a second.", min=1)] = STANDARD.rate,
    rounds: Annotated[int, typer.Option(help="How often each server has its turn.", min=1)] = STANDARD.rounds,
    warm_up: Annotated[int, typer.Option(help="Seconds of load before what is measured.", min=0)] = STANDARD.warm_up,
    seconds: Annotated[int, typer.Option(help="Seconds that are measured in a round.", min=1)] = STANDARD.seconds,
    output: Annotated[
        Path | None,
        typer.Option(help=f"Where the report goes; if left out: of all servers and as usual {RESULTS}, or the screen."),
    ] = None,
) -> None:
    """Measure, and report."""
    load = Load(subscribers, owners, rate, rounds, warm_up, seconds)
    if load.changes < LEAST_CHANGES_EACH * owners:
        raise ReelgraphError(
            f"{load.changes:,} changes are too few for {owners:,} owners.",
            f"{LEAST_CHANGES_EACH} for each owner are needed: give more --seconds, or fewer --owners.",
        )
    require_files(subscribers)
    outcomes, page = _measured(load, only)
    if output is None and load == STANDARD and not only:
        output = RESULTS
    if output:
        output.write_text(page)
        console.print(f"Written: {output}")
    else:
        print(page)
    if faulty := {one.server.title for one in outcomes if any(one.delivery.faults)}:
        raise ReelgraphError(f"Not every subscriber received what it should: {', '.join(sorted(faulty))}.")


def _measured(load: Load, only: str) -> tuple[list[Outcome], str]:
    settings = Settings(data=DATA)
    install(console.print)
    with embedded_postgres(settings.data) as url:
        place = Place.of(settings, url)
        chosen = _chosen(servers(place), only)
        facts = [fact for fact in asyncio.run(machine(place)) if fact[0] != "wrk"]
        outcomes = []
        for number in range(load.rounds):
            # Forwards and backwards, so that nobody always follows the same neighbour.
            for server in chosen if number % 2 == 0 else chosen[::-1]:
                console.print(f"Round {number + 1} of {load.rounds}: {server.title} …")
                outcomes.append(run(server, place, load))
    return outcomes, report(chosen, outcomes, load, facts)


def _chosen(everyone: list[Server], only: str) -> list[Server]:
    """The servers with these names; raises `ReelgraphError` where there is none."""
    names = only.split(",") if only else [server.name for server in everyone]
    if unknown := set(names) - {server.name for server in everyone}:
        known = ", ".join(server.name for server in everyone)
        raise ReelgraphError(f"There is no server {', '.join(sorted(unknown))}.", f"There are: {known}.")
    return [server for server in everyone if server.name in names]


if __name__ == "__main__":
    # Ended by another process, it still ends its servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        typer.run(live)
    except ReelgraphError as error:
        sys.exit(f"{error}\n{error.hint or ''}")

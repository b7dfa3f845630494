"""`python -m bench.web`, or `make bench-web`: how the web app loads, moves and grows; writes bench/WEB.md."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.app import chromium, running_app, signed_in
from bench.machine import machine
from bench.place import Place
from bench.web.library import VIDEOS, load
from bench.web.page import Device, Figures, visit
from bench.web.report import Visits, page, table
from database.embedded import embedded_postgres
from database.errors import ReelgraphError
from server.settings import Settings

DATA = Path(".reelgraph/bench-web")
RESULTS = Path("bench/WEB.md")
RUNS = 5
# As a Pixel 7 has it.
PHONE = {
    "viewport": {"width": 412, "height": 839},
    "device_scale_factor": 2.625,
    "is_mobile": True,
    "has_touch": True,
}
DEVICES = (
    Device("Desktop, 1280 by 850", {"viewport": {"width": 1280, "height": 850}}),
    Device("Phone, 412 by 839", PHONE),
    Device("Phone, processor slowed 4 times", PHONE, slowdown=4),
)

console = Console(stderr=True, highlight=False)


def web(
    runs: Annotated[int, typer.Option(help="Visits by each device; the medians count.", min=1)] = RUNS,
    *,
    write: Annotated[bool, typer.Option(help=f"Write {RESULTS}.")] = True,
) -> None:
    """Measure, and report."""
    settings = Settings(data=DATA)
    DATA.mkdir(parents=True, exist_ok=True)
    asyncio.run(load(settings))
    with embedded_postgres(settings.data) as url:
        facts = [fact for fact in asyncio.run(machine(Place.of(settings, url))) if fact[0] != "wrk"]
    with running_app(DATA) as address:
        visits, version = asyncio.run(_visits(address, runs))
    facts.append(("Chromium", version))
    Console().print(table(visits))
    if write:
        RESULTS.write_text(page(visits, facts, runs))


async def _visits(url: str, runs: int) -> tuple[Visits, str]:
    visits: dict[str, list[Figures]] = {device.title: [] for device in DEVICES}
    version = ""
    for number in range(runs):
        # In turn, so that what else the machine does falls on all.
        for device in DEVICES:
            console.print(f"Visit {number + 1} of {runs}: {device.title} …")
            # In a browser that has shown the sign-in and nothing else: one that ran short of memory stays careful.
            async with chromium() as browser:
                figures = await visit(browser, url, await signed_in(browser, url), device, VIDEOS)
                version = browser.version
            visits[device.title].append(figures)
            for what in figures.scrolled.moved:
                console.print(f"This moved: {what}", markup=False)
    return visits, version


if __name__ == "__main__":
    try:
        typer.run(web)
    except ReelgraphError as error:
        sys.exit(f"{error}\n{error.hint or ''}")

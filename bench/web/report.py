"""What the visits came to, as a table: medians of each device's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from rich.table import Table

from bench.web.library import VIDEOS
from bench.web.page import Figures


@dataclass(frozen=True)
class Row:
    """One figure of all devices; `aim` is what it must stay under."""

    title: str
    of: Callable[[Figures], float]
    places: int = 0
    aim: float | None = None

    def shown(self, visits: Sequence[Figures]) -> str:
        """The median, and in parentheses the least and the most where they differ."""
        values = [f"{value:,.{self.places}f}" for value in sorted(map(self.of, visits))]
        middle = f"{median(map(self.of, visits)):,.{self.places}f}"
        return middle if values[0] == values[-1] else f"{middle} ({values[0]} to {values[-1]})"

    def reaches(self, visits: Sequence[Figures]) -> bool:
        """Whether the median is what it is to be."""
        return self.aim is None or round(median(map(self.of, visits)), self.places + 1) < self.aim

    @property
    def aim_shown(self) -> str:
        """The aim, in a few characters."""
        return "" if self.aim is None else f"under {self.aim:,g}"


ROWS = (
    Row("First contentful paint, ms", lambda one: one.first_paint, aim=1000),
    Row("Largest contentful paint, ms", lambda one: one.largest_paint),
    Row("Hydrated, ms", lambda one: one.hydrated),
    Row("Interactive, ms", lambda one: one.interactive),
    Row("Total blocking time, ms", lambda one: one.blocking),
    Row("Layout shift until then", lambda one: one.shift, 4, 0.005),
    Row(f"Layout shift, scrolling through {VIDEOS:,} videos", lambda one: one.scrolled.shift, 4, 0.005),
    Row("Longest task, scrolling, ms", lambda one: one.scrolled.longest_task),
    Row("Scripts", lambda one: one.scripts),
    Row("Scripts, KB gzipped", lambda one: one.script_bytes / 1000, 1, 200),
    Row("HTML, KB", lambda one: one.html_bytes / 1000, 1),
    Row("HTML, KB gzipped", lambda one: one.html_gzipped / 1000, 1),
    Row("Requests", lambda one: one.requests),
    Row("Received, KB", lambda one: one.received / 1000),
    Row("Scripts' memory, MB", lambda one: one.heap / 1e6, 1),
    Row(f"Scripts' memory after {VIDEOS:,} videos, MB", lambda one: one.scrolled.heap / 1e6, 1),
    Row("Memory of the page's process, MB", lambda one: one.memory / 1e6),
    Row(f"Memory of the page's process after {VIDEOS:,} videos, MB", lambda one: one.scrolled.memory / 1e6),
    Row("… without what it can let go of, MB", lambda one: one.scrolled.needed / 1e6),
)

# By the devices' titles.
Visits = Mapping[str, Sequence[Figures]]


def table(visits: Visits) -> Table:
    """For a terminal; what misses its aim is red."""
    shown = Table("", *visits, "Aim")
    for row in ROWS:
        cells = [
            row.shown(of_one) if row.reaches(of_one) else f"[red]{row.shown(of_one)}" for of_one in visits.values()
        ]
        shown.add_row(row.title, *cells, row.aim_shown)
    return shown


def page(visits: Visits, facts: list[tuple[str, str]], runs: int) -> str:
    """bench/WEB.md."""
    lines = [
        f"| {row.title} | {' | '.join(row.shown(one) for one in visits.values())} | {row.aim_shown} |" for row in ROWS
    ]
    return f"""# The web app

Written by `make bench-web`: the built app on a library of {VIDEOS:,} videos with jobs, metadata and pictures, the real
server and PostgreSQL, looked at by headless Chromium on the same machine, whose two processors they share. Medians of
{runs} visits, and the least and the most; a visit is a new browser that is signed in and has nothing of the app in its
cache. There is no network in between, so what a network adds is not in here: see the bytes.

| | {" | ".join(visits)} | Aim |
| --- |{" --- |" * (len(visits) + 1)}
{chr(10).join(lines)}

Hydrated: React has taken over every link and control of the page. Interactive: that, and the last task of more than
50 ms has ended, with none in the two seconds that follow. Layout shift: the sum of all shifts, which is no less than
the cumulative layout shift. Scrolling: by the wheel, a window's height every 50 ms, through the whole of the endless
list. Gzipped: each file by itself. Received: as sent, heads included. Memory of the page's process: its own and
its share of what processes share (PSS). What it can let go of: what it gives back when it is told that memory is
short, decoded pictures above all.

| Machine |  |
| --- | --- |
{chr(10).join(f"| {name} | {value} |" for name, value in facts)}
"""

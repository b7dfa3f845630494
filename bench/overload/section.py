"""The section of bench/RESULTS.md on overload."""

from dataclasses import dataclass
from typing import ClassVar

TITLE = "## Overload\n"
INTRODUCTION = """
Written by `make bench-overload`: one process of `reelgraph serve` with its defaults, on a core of its own; PostgreSQL
and the load share the rest. The requests are half small ones (`viewer { videoCount }`), 35 % Q2, 10 % Q3 and 5 % Q1.
The peak is what 16 clients get who wait for each answer, measured again before and after each rate, because the machine
may have other things to do. In between requests arrive at random at a multiple of it, whether earlier ones are answered
or not, on up to 1,000 connections; latency counts from when a request was due. Goodput is answers with data, a refusal
is a 503. The figures are medians, latencies in milliseconds.

"""


@dataclass(frozen=True)
class Row:
    """What became of one rate; latencies in milliseconds, `busy` in cores."""

    name: str
    rate: float
    goodput: float
    refused: float
    failed: int
    p50: float
    p99: float
    refusal_p99: float
    late: float
    busy: float
    share: float = 1.0

    NUMBERS: ClassVar = ("rate", "goodput", "refused", "p50", "p99", "refusal_p99", "late", "busy", "share")


def section(rows: list[Row], machine: list[tuple[str, str]], *, seconds: float, rounds: int) -> str:
    """The section."""
    heads = (
        "Load",
        "Requests/s",
        "Goodput/s",
        "of the peak",
        "Refused",
        "Failed",
        "p50",
        "p99",
        "Refusals' p99",
        "Server's core busy",
    )
    table = [heads, ["---"] * len(heads)]
    table += [
        (
            row.name,
            f"{row.rate:,.0f}",
            f"{row.goodput:,.0f}",
            f"{row.share:.0%}",
            f"{row.refused:.0%}",
            str(row.failed),
            f"{row.p50:.0f}",
            f"{row.p99:.0f}",
            f"{row.refusal_p99:.0f}",
            f"{row.busy:.0%}",
        )
        for row in rows
    ]
    about = ", ".join(f"{name.lower()} {value}" for name, value in machine if name not in {"Node.js", "wrk"})
    lines = "".join(f"| {' | '.join(cells)} |\n" for cells in table)
    return f"{TITLE}{INTRODUCTION}{lines}\n{rounds} rounds of {seconds:g} s for each rate. Machine: {about}.\n"


def taken_from(page: str) -> str:
    """A page's section, if it has one."""
    _, title, rest = page.partition(TITLE)
    return f"\n{title}{rest}" if title else ""


def put_in(page: str, new: str) -> str:
    """A page with the section in the place of an older one, which is its last."""
    return page.partition(TITLE)[0].rstrip() + "\n\n" + new

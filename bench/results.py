"""The report: a Markdown page of medians."""

from collections.abc import Callable, Iterable, Sequence

from bench.load import Measured
from bench.machine import versions
from bench.measurements import Case, Measurements

OURS, OTHERS_OF_OURS = "reelgraph", {"reelgraph", "reference", "ceiling"}

INTRODUCTION = """\
# Results

Written by `make bench`. Every server is one process that answers the same three operations from the same 100,000
videos in one PostgreSQL on this machine, with a pool of 10 connections and no cache of answers; before the load, their
data are compared. Ours checks a bearer token with every request; the others know their viewer. Mercurius, Yoga and
Apollo leave instants as PostgreSQL's text, which is less than the contract asks for. FastAPI answers GET requests, the
others POST. The load is wrk with one thread; a round asks every server in turn, so that what else the machine does
falls on all. The numbers are medians over the rounds.

- Q1: a page of 50 videos, of each up to 10 jobs with their metadata.
- Q2: one video in full, each of 100 in turn.
- Q3: 100 completed jobs with their videos.
"""


def report(found: Measurements, machine: list[tuple[str, str]]) -> str:
    """The page."""
    parts = [
        INTRODUCTION,
        _table(("Machine", ""), machine),
        f"{found.rounds} rounds of {found.seconds} s for each server, operation and number of connections.\n",
        "## Answers a second\n\nIn parentheses: how many times as many as ours.\n",
        _by_case(found, lambda case: _per_second(found, case)),
        "\n".join(_summaries(found)) + "\n",
        "## Latency\n\nMilliseconds: median / 99th percentile.\n",
        _by_case(found, lambda case: _latency(found, case)),
        "## Cost\n",
        "Processor time of the server's process for an answer, in milliseconds, PostgreSQL's not included.\n",
        _by_case(found, lambda case: f"{found.median(case, lambda one: one.cpu_ms):.2f}"),
        "Statements for a request as PostgreSQL logs them; an answer's body; resident memory after the load.\n",
        _resources(found),
        "## Versions\n",
        _table(("Server", "Packages"), ((server.title, versions(server)) for server in found.servers)),
    ]
    return "\n".join(parts)


def _by_case(found: Measurements, show: Callable[[Case], str]) -> str:
    columns = [(operation, number) for number in found.connections for operation in found.operations]
    heads = ("Server", *(f"{operation}, {number} connections" for operation, number in columns))
    rows = ((server.title, *(show((server.name, *column)) for column in columns)) for server in found.servers)
    return _table(heads, rows)


def _per_second(found: Measurements, case: Case) -> str:
    name, operation, connections = case
    mine = found.per_second(case)
    if name == OURS or (OURS, operation, connections) not in found.runs:
        return f"{mine:,.0f}"
    return f"{mine:,.0f} ({mine / found.per_second((OURS, operation, connections)):.2f})"


def _latency(found: Measurements, case: Case) -> str:
    def of(which: Callable[[Measured], float]) -> str:
        return f"{found.median(case, which):.1f}"

    return f"{of(lambda one: one.p50)} / {of(lambda one: one.p99)}"


def _resources(found: Measurements) -> str:
    heads = [
        "Server",
        *(f"{operation} statements" for operation in found.operations),
        *(f"{operation} bytes" for operation in found.operations),
        "Memory",
    ]
    rows = (
        (
            server.title,
            *(f"{found.statements[server.name][operation]:g}" for operation in found.operations),
            *(f"{found.answer_bytes[server.name][operation]:,.0f}" for operation in found.operations),
            f"{found.memory[server.name] / 2**20:.0f} MiB",
        )
        for server in found.servers
    )
    return _table(heads, rows)


def _summaries(found: Measurements) -> Iterable[str]:
    """A line for each operation and number of connections, if we took part."""
    for connections in found.connections:
        for operation in found.operations:
            rates = {server.name: found.per_second((server.name, operation, connections)) for server in found.servers}
            if OURS not in rates:
                continue
            peers = {server.title: rates[server.name] for server in found.servers if server.name not in OTHERS_OF_OURS}
            ratios = []
            if peers:
                fastest = max(peers, key=peers.__getitem__)
                ratios.append(f"ours / fastest peer ({fastest}) = {rates[OURS] / peers[fastest]:.2f}")
            for name, words in (("ceiling", "ceiling"), ("reference", "executor off")):
                if name in rates:
                    ratios.append(f"ours / {words} = {rates[OURS] / rates[name]:.2f}")
            yield f"- {operation}, {connections} connections: {'; '.join(ratios)}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)

"""The report: a Markdown page of medians over the rounds."""

from collections.abc import Callable, Iterable, Sequence
from statistics import median

from bench.live.contract import QUERY
from bench.live.run import LATEST_SECONDS, OTHERS, Load, Outcome
from bench.machine import versions
from bench.servers import Server

OURS = "reelgraph"
GOAL_MS = 250
# Of a core: more than this for other things, and the figures are theirs.
QUIET = 0.25

INTRODUCTION = """\
# Live

Written by `make bench-live`. {subscribers:,} subscribers on one server process, {each} of each of {owners} owners, all
by server-sent events and with one document; one process reads what comes and looks at it afterwards. Another commits
{rate} changes of jobs a second, evenly and to the owners in turn. The servers take turns, each on a database made anew
in one PostgreSQL on this machine: {rounds} rounds of {warm_up} s of warm-up and {seconds} s that are measured. What
is shown are medians over the rounds, but of "Most" and of counts, which are of all rounds together.

    {query}

Both hear of changes by NOTIFY, read the event from the log and the video's title from its tables, once for all who
watch. Ours checks tokens, and Yoga takes its subscribers at their word.
"""
DELIVERY = """\
## From commit to socket

Milliseconds from the return of COMMIT in the process that writes to the bytes' arrival in the process that reads, over
all events of all subscribers; in parentheses from before COMMIT was sent. Each subscriber must receive each change of
its owner's job once, in order, with the job as it was then; what has not come {latest} s after the last commit is lost.
The events of the warm-up are counted too. Before counts of none were believed, one fault of each kind was planted among
what had been received, and each was found.
"""
CPU = """\
## Processor

How much of a core each took during the load, in percent.
"""


def report(servers: list[Server], outcomes: list[Outcome], load: Load, machine: list[tuple[str, str]]) -> str:
    """The page."""
    introduction = INTRODUCTION.format(
        subscribers=load.subscribers,
        each=f"{load.subscribers / load.owners:g}",
        owners=load.owners,
        rate=load.rate,
        rounds=load.rounds,
        warm_up=load.warm_up,
        seconds=load.seconds,
        query=QUERY,
    )
    # Of each server, one of each round.
    found = [[one for one in outcomes if one.server is server] for server in servers]
    parts = [
        introduction,
        _table(("Machine", ""), machine),
        DELIVERY.format(latest=LATEST_SECONDS),
        _table(("Server", "p50", "p99", "Most", "p99 of each round", "Changes a second"), map(_latencies, found)),
        _table(("Server", "Events", "Lost", "Duplicate", "Others'", "Disordered", "Wrong"), map(_counts, found)),
        "\n".join([*_goals(found), *_noise(outcomes)]) + "\n",
        "## Memory\n\nResident memory of the server in MiB, and how long it took until all subscribers were there.\n",
        _table(("Server", "Before", "Connected", "After the load", "Connecting"), map(_memory, found)),
        CPU,
        _table(("Server", *outcomes[0].cpu), map(_cpu, found)),
        "## Versions\n",
        _table(("Server", "Packages"), ((server.title, versions(server)) for server in servers)),
    ]
    return "\n".join(parts)


def percentile(values: Sequence[float], percent: float) -> float:
    """The least of sorted values that so many percent do not exceed."""
    return values[max(0, -int(-len(values) * percent // 100) - 1)]


def _latencies(rounds: list[Outcome]) -> Sequence[str]:
    def of(percent: float, over: Callable[[Iterable[float]], float] = median) -> str:
        own = over(percentile(one.delivery.latencies, percent) for one in rounds)
        whole = over(percentile(one.delivery.with_commit, percent) for one in rounds)
        return f"{own:.1f} ({whole:.1f})"

    each = ", ".join(f"{percentile(one.delivery.latencies, 99):.1f}" for one in rounds)
    return (
        rounds[0].server.title,
        of(50),
        of(99),
        of(100, max),
        each,
        f"{_median(rounds, lambda one: one.per_second):.1f}",
    )


def _counts(rounds: list[Outcome]) -> Sequence[str]:
    events = sum(one.delivery.events for one in rounds)
    faults = map(sum, zip(*(one.delivery.faults for one in rounds), strict=True))
    return rounds[0].server.title, f"{events:,}", *(f"{count:,}" for count in faults)


def _memory(rounds: list[Outcome]) -> Sequence[str]:
    sizes = (median(sizes) / 2**20 for sizes in zip(*(one.memory for one in rounds), strict=True))
    connecting = _median(rounds, lambda one: one.connect_seconds)
    return rounds[0].server.title, *(f"{size:.0f}" for size in sizes), f"{connecting:.1f} s"


def _cpu(rounds: list[Outcome]) -> Sequence[str]:
    shares = (median(one.cpu[name] for one in rounds) for name in rounds[0].cpu)
    return rounds[0].server.title, *(f"{share * 100:.0f}" for share in shares)


def _goals(found: list[list[Outcome]]) -> Iterable[str]:
    p99 = {of[0].server.name: _median(of, lambda one: percentile(one.delivery.latencies, 99)) for of in found}
    for [one, *_] in found:
        if one.server.name == OURS:
            verdict = "met" if p99[OURS] < GOAL_MS else "missed"
            yield f"- p99 under {GOAL_MS} ms: {verdict}, {p99[OURS]:.1f} ms"
        elif OURS in p99:
            verdict = "met" if p99[OURS] < p99[one.server.name] else "missed"
            yield f"- ahead of {one.server.title}: {verdict}, ours / its p99 = {p99[OURS] / p99[one.server.name]:.2f}"


def _noise(outcomes: list[Outcome]) -> Iterable[str]:
    others = max(one.cpu[OTHERS] for one in outcomes)
    if others > QUIET:
        yield f"- not on a quiet machine: other processes took up to {others * 100:.0f} % of a core. Measure again."


def _median(rounds: list[Outcome], of: Callable[[Outcome], float]) -> float:
    return median(map(of, rounds))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)

"""One server under the load: subscribers come, jobs change, everything is counted."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.live import library
from bench.live.contract import Change, Job
from bench.live.processes import Part, cpu_seconds, part
from bench.live.received import Delivery, events_of, judge, require_counting
from bench.live.servers import subscription
from bench.live.subscribers import Chunks, subscribe
from bench.live.writer import write
from bench.place import Place
from bench.running import Running, running
from bench.servers import Server

# What has not arrived so long after the last commit is lost.
LATEST_SECONDS = 10
# Before memory is read.
SETTLE_SECONDS = 2
# The name under which stands what all processes but these took.
OTHERS = "Everything else"


@dataclass(frozen=True)
class Load:
    """How much of everything; `rate` is changes a second, `warm_up` and `seconds` are those of a round."""

    subscribers: int
    owners: int
    rate: int
    rounds: int
    warm_up: int
    seconds: int

    @property
    def changes(self) -> int:
        """Commits of a round, those of the warm-up included."""
        return self.rate * (self.warm_up + self.seconds)


@dataclass(frozen=True)
class Outcome:
    """What one server did in one round.

    `memory` is its resident bytes: before the subscribers came, when all were there, and after the load. `cpu` is how
    much of a core each process took under the load, by name, 1 being all of it.
    """

    server: Server
    delivery: Delivery
    per_second: float
    connect_seconds: float
    memory: tuple[int, int, int]
    cpu: dict[str, float]


def run(server: Server, place: Place, load: Load) -> Outcome:
    """Make the database, run the server, and put it under the load."""
    jobs = asyncio.run(library.make(place, load.owners))
    requests = [subscription(place, jobs[number % len(jobs)].owner) for number in range(load.subscribers)]
    with running(server, place) as target:
        before = _settled_memory(target)
        start = time.monotonic()
        with part(subscribe, target.url, requests) as subscribers:
            subscribers.receive()
            connect_seconds = time.monotonic() - start
            connected = _settled_memory(target)
            changes, cpu = _write(target, place, load, jobs, subscribers)
            time.sleep(LATEST_SECONDS)
            memory = before, connected, target.memory()
            subscribers.pipe.send("stop")
            chunks: list[Chunks] = subscribers.receive()
    per_second = (len(changes) - 1) / (changes[-1].committed - changes[0].committed) * 1e9
    return Outcome(server, _judged(chunks, changes, jobs, load), per_second, connect_seconds, memory, cpu)


def _settled_memory(target: Running) -> int:
    time.sleep(SETTLE_SECONDS)
    return target.memory()


def _write(
    target: Running, place: Place, load: Load, jobs: list[Job], subscribers: Part
) -> tuple[list[Change], dict[str, float]]:
    """Change jobs; returns the changes, and the processor time that it took."""
    with part(write, library.dsn(place), jobs, rate=load.rate, changes=load.changes) as writer:
        processes = {
            "Server": target.process,
            "PostgreSQL": _postmaster(place),
            "Subscribers": subscribers.process,
            "Writer": writer.process,
        }
        writer.receive()
        start, before = time.monotonic(), _cpu(processes)
        changes: list[Change] = writer.receive()
        elapsed, after = time.monotonic() - start, _cpu(processes)
    return changes, {name: (after[name] - before[name]) / elapsed for name in after}


def _cpu(processes: dict[str, psutil.Process]) -> dict[str, float]:
    """Seconds of processor time so far, also of all other processes of the machine."""
    everything = psutil.cpu_times()
    found = {name: cpu_seconds(process) for name, process in processes.items()}
    busy = sum(everything) - everything.idle - getattr(everything, "iowait", 0)
    return {**found, OTHERS: busy - sum(found.values())}


def _postmaster(place: Place) -> psutil.Process:
    [[folder]] = asyncio.run(place.fetch("SHOW data_directory"))
    return psutil.Process(int(Path(folder, "postmaster.pid").read_text().split("\n", 1)[0]))


def _judged(chunks: list[Chunks], changes: list[Change], jobs: list[Job], load: Load) -> Delivery:
    streams = [events_of(one) for one in chunks]
    found = judge(streams, changes, jobs, first=load.rate * load.warm_up + 1)
    if not any(found.faults):
        require_counting(streams, changes, jobs)
    return found

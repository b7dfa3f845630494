"""An upload of 2 GB beside `cp` of the same file: how long each takes, and what the server's memory grows by.

`python -m bench.uploads`. The file goes the whole way: createVideoUpload, one PUT by a client that does as little as
can be (sendfile), completeVideoUpload. The server has written it to the disk when it answers, which `cp` has not, so
`cp` is timed with an fsync as well. Rounds take turns; the medians count.
"""

import asyncio
import http.client
import os
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil

from bench.place import Place
from bench.running import Running, running
from bench.servers import servers
from database.embedded import embedded_postgres
from database.engine import Database
from database.migrate import migrate
from server.client import succeeded
from server.own_documents import COMPLETE_UPLOAD, CREATE_UPLOAD
from server.settings import Settings

DATA = Path(".reelgraph/bench-uploads")
SIZE_BYTES = 2_000_000_000
ROUNDS = 3
GOAL_RATIO = 0.5
GOAL_GROWTH_BYTES = 50_000_000
SAMPLE_SECONDS = 0.005


@dataclass
class Memory:
    """A process's resident bytes, sampled all the time."""

    process: psutil.Process
    peak: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def sample(self) -> None:
        """Until it is over."""
        while not self.over.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, self.process.memory_info().rss)


def main() -> None:
    """Measure, and print."""
    settings = Settings(data=DATA)
    settings.data.mkdir(parents=True, exist_ok=True)
    source, copy = settings.data / "source", settings.data / "copy"
    times: dict[str, list[float]] = {"cp": [], "cp, fsync": [], "upload": []}
    growths = []
    try:
        _make(source)
        with embedded_postgres(settings.data) as url:
            asyncio.run(migrated(url))
            place = Place.of(settings, url)
            with running(servers()[0], place) as server:
                for _ in range(ROUNDS):
                    _settle(source)
                    times["cp"].append(_copy(source, copy, synced=False))
                    _settle(source)
                    times["cp, fsync"].append(_copy(source, copy, synced=True))
                    _settle(source)
                    with _watched(server.process) as memory:
                        before = server.memory()
                        times["upload"].append(_upload(server, place, source))
                    growths.append(memory.peak - before)
    finally:
        source.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)
    _report(times, max(growths))


def _make(path: Path) -> None:
    block = os.urandom(1_000_000)
    with path.open("wb") as file:
        for _ in range(SIZE_BYTES // len(block)):
            file.write(block)


async def migrated(url: str) -> None:
    """Have a database the schema that this version needs."""
    database = Database(url)
    await migrate(database.engine)
    await database.close()


def _settle(source: Path) -> None:
    """Have what was done before be done, and the file be in memory, so that everybody begins alike."""
    os.sync()
    with source.open("rb") as file:
        while file.read(1_000_000):
            pass


def _copy(source: Path, copy: Path, *, synced: bool) -> float:
    """Seconds."""
    started = time.perf_counter()
    subprocess.run(["cp", source, copy], check=True)  # noqa: S607  whichever cp people have
    if synced:
        with copy.open("rb") as file:
            os.fsync(file.fileno())
    taken = time.perf_counter() - started
    copy.unlink()
    return taken


@contextmanager
def _watched(process: psutil.Process) -> Iterator[Memory]:
    memory = Memory(process)
    thread = threading.Thread(target=memory.sample)
    thread.start()
    try:
        yield memory
    finally:
        memory.over.set()
        thread.join()


def _upload(server: Running, place: Place, source: Path) -> float:
    """Seconds of the PUT; the video is deleted afterwards."""
    announced = {"originalFilename": "film.mp4", "contentType": "video/mp4", "sizeBytes": SIZE_BYTES}
    created = succeeded(_ask(server, place, CREATE_UPLOAD, announced)["createVideoUpload"])
    taken = _put(created["upload"], source)
    video_id = created["video"]["id"]
    succeeded(_ask(server, place, COMPLETE_UPLOAD, {"videoId": video_id})["completeVideoUpload"])
    delete = "mutation ($id: ID!) { deleteVideo(videoId: $id) { ... on Error { message } } }"
    succeeded(_send(server, place, {"query": delete, "variables": {"id": video_id}})["deleteVideo"])
    return taken


def _put(target: dict[str, Any], source: Path) -> float:
    address = urlsplit(target["url"])
    connection = http.client.HTTPConnection(address.netloc)
    with source.open("rb") as file:
        connection.connect()
        started = time.perf_counter()
        connection.putrequest(target["method"], address.path)
        for header in (*target["headers"], {"name": "Content-Length", "value": str(SIZE_BYTES)}):
            connection.putheader(header["name"], header["value"])
        connection.endheaders()
        connection.sock.sendfile(file)
        answer = connection.getresponse()
        body = answer.read()
        taken = time.perf_counter() - started
    connection.close()
    assert answer.status == 201, body
    return taken


def _ask(server: Running, place: Place, query: str, given: dict[str, Any]) -> dict[str, Any]:
    return _send(server, place, {"query": query, "variables": {"input": given}})


def _send(server: Running, place: Place, operation: dict[str, Any]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {place.token}"}
    answer = httpx.post(f"{server.url}/graphql", json=operation, headers=headers, timeout=60).json()
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


def _report(times: dict[str, list[float]], growth: int) -> None:
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    for name, taken in times.items():
        each = "  ".join(f"{seconds:.2f}" for seconds in taken)
        print(f"{name:10} {medians[name]:6.2f} s  {SIZE_BYTES / medians[name] / 1e6:6,.0f} MB/s   ({each})")
    print(f"upload / cp = {medians['cp'] / medians['upload']:.2f} (goal: {GOAL_RATIO} or more)", end=", ")
    print(f"upload / cp with fsync = {medians['cp, fsync'] / medians['upload']:.2f}")
    print(f"the server's memory grew by {growth / 1e6:.0f} MB at most (goal: under {GOAL_GROWTH_BYTES / 1e6:.0f} MB)")


if __name__ == "__main__":
    main()

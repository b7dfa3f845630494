"""Requests that were broken at the level of bytes, over real sockets, to the real command: never a fault of ours."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import asyncpg
import psutil
import pytest

from database.engine import Database
from server.demo.viewer import DEMO_USER
from server.graphiql.page import DIST
from server.settings import Settings
from server.stores import open_storage
from services.storage import FolderStorage
from tests.support.library import Library
from tests.support.manifests import document_id, released
from tests.support.processes import run_reelgraph, running, wait_until_ready
from tests.support.raw.exchange import STATUS, Exchange, complaints, exchanged, made
from tests.support.raw.requests import Ground, Raw, documents, valid

# What one run found, another finds again; another seed may find more.
SEED = "raw requests 1"
WARM_UP, REQUESTS = 5_000, 20_000
EXCHANGES, AT_ONCE = 640, 32
DEADLINE_SECONDS = 240
# What the server may grow by since it is warm, while its caches fill, and in the last third, when they are full.
MOST_GROWTH, LATE_GROWTH = 32 * 1024 * 1024, 6 * 1024 * 1024
POOL = 12
READY = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n"
VIEWER = "{ viewer { id } }"


@dataclass(frozen=True)
class Target:
    """A running server, what it logs, and the requests to begin with."""

    port: int
    process: psutil.Process
    log: Path
    seeds: list[Raw]

    def connections(self) -> int:
        """How many are open to clients."""
        return sum(
            one.laddr.port == self.port and one.status == "ESTABLISHED" for one in self.process.net_connections()
        )


@pytest.fixture
async def target(process_env: dict[str, str], database: Database, tmp_path: Path) -> AsyncIterator[Target]:
    assert (DIST / "index.html").exists(), "make graphiql"
    port, log = int(process_env["REELGRAPH_PORT"]), tmp_path / "log"
    settings = Settings(data=tmp_path / "data", port=port)
    library = Library(database, DEMO_USER)
    (video, *_) = await library.processed_videos(20, jobs=2)
    job = await library.job(video)
    await released(database, VIEWER)
    storage = open_storage(settings)
    assert isinstance(storage, FolderStorage)
    await storage.put("videos/a/original", b"0123456789" * 100)
    uploads = [
        storage.upload_target(f"videos/{number}/original", content_type="video/mp4", size_bytes=10).url
        for number in range(8)
    ]
    file = storage.download_url("videos/a/original", content_type="video/mp4", filename="a.mp4")
    ground = Ground(
        token=run_reelgraph("token", env=process_env).stdout.strip(),
        video=f"video_{video.id.hex}",
        job=f"job_{job.id.hex}",
        uploads=tuple(url.removeprefix(settings.base_url) for url in uploads),
        file=file.removeprefix(settings.base_url),
        document_id=document_id(VIEWER),
        documents=documents(f"video_{video.id.hex}", f"job_{job.id.hex}"),
    )
    with ExitStack() as stack:
        output = stack.enter_context(log.open("wb"))
        process = stack.enter_context(running("serve", env=process_env, stderr=output))
        await asyncio.to_thread(wait_until_ready, f"http://127.0.0.1:{port}")
        yield Target(port, psutil.Process(process.pid), log, list(valid(ground)))


@pytest.mark.long
async def test_no_request_is_a_fault_of_ours_and_none_leaves_anything_behind(
    target: Target, database: Database, database_url: str
) -> None:
    files = target.process.num_fds()
    numbers, answered, sizes = count(), 0, []
    async with asyncio.timeout(DEADLINE_SECONDS):
        while answered < REQUESTS:
            exchanges = (made(f"{SEED} {number}", target.seeds) for number in islice(numbers, EXCHANGES))
            answered += await _all_of(target, exchanges)
            await _deserted(target)
            sizes.append((answered, target.process.memory_info().rss))
    assert answered >= 20_000
    warm = next(size for so_far, size in sizes if so_far >= WARM_UP)
    late = next(size for so_far, size in sizes if so_far >= REQUESTS * 2 / 3)
    assert sizes[-1][1] - warm < MOST_GROWTH, sizes
    assert sizes[-1][1] - late < LATE_GROWTH, sizes
    assert target.process.num_fds() <= files + POOL, "those to PostgreSQL, and no others"
    assert b"HTTP/1.1 200 OK" in await exchanged(target.port, Exchange((READY,)))
    faults = re.findall(r".* ERROR .*|Traceback.*", target.log.read_text())
    assert faults == []
    assert await _busy(database_url) == []


async def _all_of(target: Target, exchanges: Iterator[Exchange]) -> int:
    """Have all of them, some at once; fails where one has an answer that must not be. Answers how many came."""
    answered = 0

    async def work() -> None:
        nonlocal answered
        for exchange in exchanges:
            received = await exchanged(target.port, exchange)
            answered += len(STATUS.findall(received))
            for complaint in complaints(received):
                pytest.fail(f"{complaint}\n\n{await _least(target.port, exchange)}")

    async with asyncio.TaskGroup() as workers:
        for _ in range(AT_ONCE):
            workers.create_task(work())
    return answered


async def _least(port: int, exchange: Exchange) -> str:
    """As little of an exchange as has the same fault."""

    async def is_faulty(one: Exchange) -> bool:
        return any(complaints(await exchanged(port, one)))

    for request in exchange.requests:
        alone = Exchange((request,), exchange.frames)
        if await is_faulty(alone):
            exchange = alone
            break
    return "\n".join(map(repr, (*exchange.requests, *exchange.frames)))


async def _deserted(target: Target) -> None:
    """Return when the server holds no connection."""
    async with asyncio.timeout(30):
        while target.connections():
            await asyncio.sleep(0.1)


async def _busy(database_url: str) -> list[str]:
    """What connections of the server still do, but wait for the next request."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        query = (
            "SELECT state || ' ' || query FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        return [row[0] for row in await connection.fetch(query)]
    finally:
        await connection.close()

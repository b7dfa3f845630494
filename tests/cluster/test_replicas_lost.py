"""What becomes of those who read when a replica dies, hangs or takes the primary's place."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psutil
import pytest
from sqlalchemy import text

from database.address import parsed
from database.embedded import embedded_postgres
from database.embedded.standby import Standby, following
from database.engine import Database
from database.errors import DatabaseAwayError
from database.migrate import migrate
from database.statements.video import VIEWER_TOTALS
from tests.support.replicas import NOBODY, asked, end_of_log

READERS = 6


@dataclass
class Pair:
    """A primary and what follows it."""

    primary: str
    standby: Standby
    data: Path

    def kill(self, folder: Path, number: signal.Signals) -> list[int]:
        """Send all processes of a server a signal; their numbers."""
        postmaster = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
        processes = [postmaster, *postmaster.children(recursive=True)]
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        return [process.pid for process in processes]


@contextmanager
def running_pair() -> Iterator[Pair]:
    with TemporaryDirectory(prefix="reelgraph-test-") as folder:
        Path(folder).chmod(0o755)
        with embedded_postgres(Path(folder), durable=False) as primary:

            async def prepare() -> None:
                database = Database(primary)
                await migrate(database.engine)
                await database.close()

            asyncio.run(prepare())
            with following(Path(folder)) as standby:
                yield Pair(primary, standby, Path(folder))


@pytest.fixture
def pair() -> Iterator[Pair]:
    with running_pair() as pair:
        yield pair


@asynccontextmanager
async def read_all_the_time(database: Database) -> AsyncIterator[list[bool]]:
    """Viewers who read while the block runs: for each read, whether a replica answered. None may fail."""
    answered: list[bool] = []

    async def read() -> None:
        while True:
            reader = database.replica_reader(uuid4())
            async with reader:
                await reader.fetch(VIEWER_TOTALS, keys=[])
                answered.append(reader._parking is not database.parking)
            await asyncio.sleep(0.005)

    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        reading = [tasks.create_task(read()) for _ in range(READERS)]
        yield answered
        for task in reading:
            task.cancel()


async def until(answered: list[bool], *, by_replica: bool) -> None:
    """Return when every one of the newest reads was answered there."""
    begun = len(answered)
    async with asyncio.timeout(20):
        while len(answered) < begun + 50 or set(answered[-30:]) != {by_replica}:
            await asyncio.sleep(0.02)


async def test_no_read_fails_when_the_replica_is_killed_and_it_is_read_again_when_it_is_back(pair: Pair) -> None:
    database = Database(pair.primary, replica_urls=[pair.standby.url], pool_size=READERS)
    try:
        async with read_all_the_time(database) as answered:
            await until(answered, by_replica=True)
            pair.kill(pair.standby.folder, signal.SIGKILL)
            await until(answered, by_replica=False)
            await asyncio.to_thread(pair.standby.start, durable=False)
            await until(answered, by_replica=True)
            # It says nothing at all any more, and keeps its connections.
            stopped = pair.kill(pair.standby.folder, signal.SIGSTOP)
            try:
                await until(answered, by_replica=False)
            finally:
                for number in reversed(stopped):
                    os.kill(number, signal.SIGCONT)
            await until(answered, by_replica=True)
    finally:
        await database.close()


async def test_writes_go_on_where_the_replica_takes_the_primarys_place(pair: Pair) -> None:
    """One address with both hosts; nothing is started anew. What was the replica is read as the primary then."""
    hosts = [f"{parsed(url).query['host']}:5432" for url in (pair.primary, pair.standby.url)]
    several = f"postgresql://reelgraph@/reelgraph?host={hosts[0]}&host={hosts[1]}&target_session_attrs=read-write"
    database = Database(several, replica_urls=[pair.standby.url], pool_size=3)
    replicas = database.replicas
    assert replicas is not None
    try:
        await write(database)
        place = await end_of_log(database.dsn)
        async with asyncio.timeout(20):
            while replicas.choose(NOBODY, place) is None:
                await asyncio.sleep(0.02)
        pair.kill(pair.data / "postgres/cluster", signal.SIGKILL)
        async with database.replica_reader(NOBODY) as reader:  # who has written nothing reads on without a primary
            await reader.fetch(VIEWER_TOTALS, keys=[])
        assert await asked(pair.standby.url, "SELECT pg_promote()") == "True"
        async with asyncio.timeout(20):
            while True:
                with suppress(DatabaseAwayError, OSError):
                    await write(database)
                    break
                await asyncio.sleep(0.05)
            assert await asked(pair.standby.url, "SELECT count(*) FROM storage_deletions") == "2"
            while replicas.choose(NOBODY, 0) is not None:
                await asyncio.sleep(0.02)
        async with database.replica_reader(NOBODY) as reader:
            await reader.fetch(VIEWER_TOTALS, keys=[])
    finally:
        await database.close()


async def test_a_connection_to_a_server_that_takes_no_writes_any_more_is_thrown_away(database: Database) -> None:
    """And so are all others of the pool: behind the same address there may be another server by now."""
    async with database.transaction() as session:
        before = await session.scalar(text("SELECT pg_backend_pid()"))
        await session.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))
    with pytest.raises(DatabaseAwayError, match="read-only"):
        await write(database)
    await write(database)
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT pg_backend_pid()")) != before


async def write(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO storage_deletions (id, prefix) VALUES (gen_random_uuid(), 'x')"))

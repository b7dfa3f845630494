"""Workers on a PostgreSQL that goes away and comes back: nothing is lost, and nothing is held against a job."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from sqlalchemy import select, text
from uuid_utils.compat import uuid7

from database.embedded import embedded_postgres
from database.embedded.cluster import Cluster
from database.embedded.place import settle
from database.engine import Database
from database.migrate import migrate
from database.video_metadata import VideoMetadata
from processing.pipeline import Pipeline
from processing.worker import work
from tests.processing.test_cancel import SOON, children, ended, entries, held_child, until_gone, working
from tests.processing.test_pipeline import clip, completed, pipeline, queued_job
from tests.processing.test_worker import log_of_queue
from tests.support.library import Library

FIXTURES = (clip, pipeline)
LEASE = timedelta(seconds=3)
FAST = {"heartbeat_timeout": LEASE, "retry_delay": timedelta(seconds=0.5)}


class Outages:
    """A PostgreSQL of the tests' own, which they may stop and start."""

    def __init__(self, url: str, cluster: Cluster) -> None:
        self.url = url
        self._cluster = cluster

    async def begin(self) -> None:
        await asyncio.to_thread(self._cluster.stop)

    async def end(self) -> None:
        await asyncio.to_thread(self._cluster.start, durable=False)

    @asynccontextmanager
    async def one(self, seconds: float) -> AsyncIterator[None]:
        """Away while the block runs, and for so long at least."""
        await self.begin()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.sleep(seconds))
                yield
        finally:
            await self.end()


@pytest.fixture(scope="module")
def outages() -> Iterator[Outages]:
    with TemporaryDirectory(prefix="reelgraph-test-") as folder:
        data = Path(folder)
        data.chmod(0o755)
        with embedded_postgres(data, durable=False) as url:
            yield Outages(url, settle(data / "postgres", durable=False))


@pytest.fixture
async def database(outages: Outages) -> AsyncIterator[Database]:
    database = Database(outages.url)
    await migrate(database.engine)
    yield database
    async with database.transaction() as session:
        await session.execute(text("TRUNCATE videos, video_job_events, pgqueuer, pgqueuer_log CASCADE"))
    await database.close()


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database, uuid7())


def told(caplog: pytest.LogCaptureFixture, words: str) -> int:
    return sum(words in record.getMessage() for record in caplog.records)


async def assert_all_is_well(database: Database, job_ids: list[UUID]) -> None:
    for job_id in job_ids:
        await completed(database, job_id)
    async with database.transaction() as session:
        assert set(await session.scalars(select(VideoMetadata.job_id))) == set(job_ids)
    assert await entries(database) == []


async def test_restarts_under_load(
    pipeline: Pipeline, library: Library, outages: Outages, clip: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "processing")
    job_ids = [await queued_job(library, pipeline.storage, clip) for _ in range(8)]
    async with working(pipeline, concurrency=2, **FAST), working(pipeline, concurrency=1, **FAST):
        for _ in range(3):
            await asyncio.sleep(1)
            async with outages.one(seconds=0):
                pass
        for job_id in job_ids:
            await ended(pipeline.database, job_id)
    await assert_all_is_well(pipeline.database, job_ids)
    assert told(caplog, "is tried again in") == 0, "an outage is no attempt"
    assert told(caplog, "the queue is away") == told(caplog, "the queue is back") == 6
    assert children() == []


async def test_what_runs_goes_on_through_a_short_outage(
    pipeline: Pipeline, library: Library, outages: Outages, clip: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    async with working(pipeline, heartbeat_timeout=timedelta(seconds=20)):
        child = await held_child()
        async with outages.one(seconds=2):
            pass
        while not told(caplog, "the queue is back"):
            await asyncio.sleep(0.05)
        child.resume()
        await ended(pipeline.database, job_id)
    await assert_all_is_well(pipeline.database, [job_id])
    assert [status for status, _ in await log_of_queue(pipeline.database)] == ["queued", "picked", "successful"]
    assert told(caplog, "the queue is away") == 1, "an outage is told once, not at each try"


async def test_what_another_worker_could_take_is_let_go(
    pipeline: Pipeline, library: Library, outages: Outages, clip: bytes
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    async with working(pipeline, concurrency=1, **FAST):
        child = await held_child()
        async with outages.one(seconds=0):
            assert await until_gone(child) < LEASE.total_seconds()
        await ended(pipeline.database, job_id)
    await assert_all_is_well(pipeline.database, [job_id])


async def test_stopping_while_the_database_is_away(
    pipeline: Pipeline, library: Library, outages: Outages, clip: bytes
) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(work(pipeline, concurrency=1, stop=stop))
    job_id = await queued_job(library, pipeline.storage, clip)
    child = await held_child()
    async with outages.one(seconds=0):
        begun = time.monotonic()
        stop.set()
        await asyncio.sleep(0.1)
        child.resume()
        await running
        assert time.monotonic() - begun < SOON + 3
    async with pipeline.database.transaction() as session:
        await session.execute(text("UPDATE pgqueuer SET heartbeat = now() - interval '1 minute'"))
    async with working(pipeline):
        await ended(pipeline.database, job_id)
    await assert_all_is_well(pipeline.database, [job_id])


async def test_an_idle_worker_stops_at_once_while_the_database_is_away(pipeline: Pipeline, outages: Outages) -> None:
    stop = asyncio.Event()
    idle = asyncio.create_task(work(pipeline, concurrency=1, stop=stop))
    await asyncio.sleep(0.5)
    async with outages.one(seconds=0):
        await asyncio.sleep(0.5)
        begun = time.monotonic()
        stop.set()
        await idle
        assert time.monotonic() - begun < SOON

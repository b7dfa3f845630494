"""What a real worker does when a job that it holds is canceled or its video deleted."""

import asyncio
import logging
import os
import random
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import psutil
import pytest
from sqlalchemy import select, text

from database.engine import Database
from database.video import Video
from database.video_job import ACTIVE, ProcessingStatus, StageStatus, VideoJob
from processing.pipeline import Pipeline
from processing.worker import work
from server.settings import Settings
from services.deletion import note_deletion
from services.errors import JobStateError
from services.storage import Storage
from services.video import delete_video
from services.video_job import cancel_video_job
from tests.processing.test_pipeline import clip, job_and_metadata, pipeline, queued_job, statuses
from tests.support.library import Library

FIXTURES = (clip, pipeline)
FAILED, PENDING = StageStatus.FAILED, StageStatus.PENDING

SOON = 2  # seconds, on a machine that does other things as well


@pytest.fixture(autouse=True)
def no_child_is_left_and_no_fault_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert children() == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def children(of: psutil.Process | None = None) -> list[psutil.Process]:
    """The processes that read media for a worker: this one, or another."""
    return [child for child in (of or psutil.Process()).children() if _reads_media(child)]


def _reads_media(process: psutil.Process) -> bool:
    try:
        return "processing.media.child" in process.cmdline()
    except psutil.NoSuchProcess:
        return False


@asynccontextmanager
async def working(pipeline: Pipeline, *, concurrency: int = 1, **durations: timedelta) -> AsyncIterator[None]:
    """A worker for as long as the block runs."""
    stop = asyncio.Event()
    task = asyncio.create_task(work(pipeline, concurrency=concurrency, stop=stop, **durations))
    try:
        async with asyncio.timeout(60):
            yield
    finally:
        stop.set()
        await task


async def held_child(of: psutil.Process | None = None) -> psutil.Process:
    """The child that reads a job's video, stopped in the midst of it."""
    while not (found := children(of)):
        await asyncio.sleep(0.01)
    found[0].suspend()
    return found[0]


async def ended(database: Database, job_id: UUID) -> VideoJob:
    """The job, when it has ended."""
    while (job := (await job_and_metadata(database, job_id))[0]).status in ACTIVE:
        await asyncio.sleep(0.02)
    return job


async def until_gone(child: psutil.Process) -> float:
    """The seconds until a process has ended."""
    begun = time.monotonic()
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


async def queue_log(database: Database) -> list[str]:
    async with database.transaction() as session:
        statuses = await session.scalars(text("SELECT status::text FROM pgqueuer_log ORDER BY id"))
        assert (await session.scalars(text("SELECT count(*) FROM pgqueuer"))).one() == 0
        return list(statuses)


async def test_a_running_job_that_is_canceled_stops_at_once_and_the_worker_goes_on(
    database: Database, storage: Storage, library: Library, pipeline: Pipeline, clip: bytes
) -> None:
    job_id = await queued_job(library, storage, clip)
    async with working(pipeline):
        child = await held_child()
        await cancel_video_job(database, library.owner, job_id)
        assert await until_gone(child) < SOON
        canceled = await ended(database, job_id)
        next_id = await queued_job(library, storage, clip)
        assert (await ended(database, next_id)).status == ProcessingStatus.COMPLETED
    after, _ = await job_and_metadata(database, job_id)
    assert (after.status, after.error_code) == (ProcessingStatus.FAILED, "CANCELED")
    assert statuses(after) == [FAILED, PENDING, PENDING, PENDING, PENDING]
    assert after.updated_at == canceled.updated_at
    assert await queue_log(database) == ["queued", "picked", "canceled", "queued", "picked", "successful"]


async def test_a_running_job_stops_at_once_when_its_video_is_deleted(
    database: Database, storage: Storage, library: Library, pipeline: Pipeline, clip: bytes
) -> None:
    job_id = await queued_job(library, storage, clip)
    async with working(pipeline):
        child = await held_child()
        video_id = (await job_and_metadata(database, job_id))[0].video_id
        await delete_video(database, storage, library.owner, video_id)
        assert await until_gone(child) < SOON
        next_id = await queued_job(library, storage, clip)
        await ended(database, next_id)
    async with database.transaction() as session:
        assert (await session.scalars(select(VideoJob.id))).all() == [next_id]
        assert await session.get(Video, video_id) is None
    assert await storage.size(f"videos/{video_id.hex}/original") is None


async def test_a_job_that_waits_for_its_turn_is_never_begun(
    database: Database, storage: Storage, library: Library, pipeline: Pipeline, clip: bytes
) -> None:
    first, waiting = await queued_job(library, storage, clip), await queued_job(library, storage, clip)
    async with working(pipeline):
        child = await held_child()
        assert await entries(database) == ["picked", "queued"]
        await cancel_video_job(database, library.owner, waiting)
        child.resume()
        await ended(database, first)
    job, _ = await job_and_metadata(database, waiting)
    assert (job.error_code, job.started_at) == ("CANCELED", None)


async def entries(database: Database) -> list[str]:
    async with database.transaction() as session:
        return list(await session.scalars(text("SELECT status::text FROM pgqueuer ORDER BY id")))


async def test_a_job_may_be_canceled_at_any_moment(
    database: Database, storage: Storage, library: Library, pipeline: Pipeline, clip: bytes
) -> None:
    moments = random.Random(7)
    canceled = []
    async with working(pipeline, concurrency=2):
        for _ in range(12):
            job_id = await queued_job(library, storage, clip)
            await asyncio.sleep(moments.random() * 1.2)
            try:
                await cancel_video_job(database, library.owner, job_id)
                canceled.append(job_id)
            except JobStateError:
                assert (await ended(database, job_id)).status == ProcessingStatus.COMPLETED
        last = await queued_job(library, storage, clip)
        assert (await ended(database, last)).status == ProcessingStatus.COMPLETED
    for job_id in canceled:
        assert (await job_and_metadata(database, job_id))[0].error_code == "CANCELED"
    await queue_log(database)


async def test_a_video_may_be_deleted_at_any_moment(
    database: Database, storage: Storage, library: Library, pipeline: Pipeline, clip: bytes
) -> None:
    moments = random.Random(7)
    async with working(pipeline, concurrency=2):
        for _ in range(12):
            job_id = await queued_job(library, storage, clip)
            await asyncio.sleep(moments.random() * 1.2)
            video_id = (await job_and_metadata(database, job_id))[0].video_id
            await delete_video(database, storage, library.owner, video_id)
        last = await queued_job(library, storage, clip)
        assert (await ended(database, last)).status == ProcessingStatus.COMPLETED
    async with database.transaction() as session:
        assert (await session.scalars(select(VideoJob.id))).all() == [last]


async def test_a_worker_begins_by_sweeping(
    database: Database, storage: Storage, library: Library, pipeline: Pipeline, settings: Settings
) -> None:
    deleted, abandoned = await library.video(), await library.video(uploaded_at=None)
    orphan = f"videos/{uuid4().hex}/original"
    for path in (deleted.storage_path, abandoned.storage_path, orphan):
        await storage.put(path, b"bytes")
    days_ago = time.time() - 3 * 24 * 3600
    os.utime(settings.data / "files" / orphan, (days_ago, days_ago))
    async with database.transaction() as session:
        note_deletion(session, f"videos/{deleted.id.hex}")
    async with working(pipeline):
        while [found async for found in storage.list("videos")]:
            await asyncio.sleep(0.02)
    async with database.transaction() as session:
        assert await session.get(Video, abandoned.id) is None

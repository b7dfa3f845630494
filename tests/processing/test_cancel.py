"""What a real worker does when a job that it holds is canceled or its video deleted."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from uuid import UUID

import psutil
import pytest
from anyio import CancelScope
from pgqueuer.models import Context
from sqlalchemy import select, text

from database.engine import Database
from database.video import Video
from database.video_job import ACTIVE, ProcessingStatus, StageStatus, VideoJob
from processing.worker import _handle, work
from services.deletion import note_deletion
from services.errors import JobStateError
from services.storage import Storage
from services.video import delete_video
from services.video_job import cancel_video_job
from tests.processing.test_pipeline import LIMITS, clip, job_and_metadata, queued_job
from tests.support.library import Library

CLIP = clip  # the fixture of that name

SOON = 2  # seconds, on a machine that does other things as well


@pytest.fixture(autouse=True)
def no_child_is_left_and_no_fault_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert children() == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def children() -> list[psutil.Process]:
    """The processes that read media."""
    return [child for child in psutil.Process().children() if "processing.media.child" in child.cmdline()]


@asynccontextmanager
async def working(database: Database, storage: Storage, *, concurrency: int = 1) -> AsyncIterator[None]:
    """A worker for as long as the block runs."""
    stop = asyncio.Event()
    task = asyncio.create_task(work(database, storage, LIMITS, concurrency=concurrency, stop=stop))
    try:
        async with asyncio.timeout(60):
            yield
    finally:
        stop.set()
        await task


async def held_child() -> psutil.Process:
    """The child that reads a job's video, stopped in the midst of it."""
    while not (found := children()):
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
    database: Database, storage: Storage, library: Library, clip: bytes
) -> None:
    job_id = await queued_job(library, storage, clip)
    async with working(database, storage):
        child = await held_child()
        await cancel_video_job(database, library.owner, job_id)
        assert await until_gone(child) < SOON
        canceled = await ended(database, job_id)
        next_id = await queued_job(library, storage, clip)
        assert (await ended(database, next_id)).status == ProcessingStatus.COMPLETED
    after, _ = await job_and_metadata(database, job_id)
    assert (after.status, after.error_code) == (ProcessingStatus.FAILED, "CANCELED")
    assert [stage["status"] for stage in after.processing_stages] == [StageStatus.FAILED, StageStatus.PENDING]
    assert after.updated_at == canceled.updated_at
    assert await queue_log(database) == ["queued", "picked", "canceled", "queued", "picked", "successful"]


async def test_a_running_job_stops_at_once_when_its_video_is_deleted(
    database: Database, storage: Storage, library: Library, clip: bytes
) -> None:
    job_id = await queued_job(library, storage, clip)
    async with working(database, storage):
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


async def test_a_job_that_waits_for_its_turn_in_a_worker_is_never_begun(
    database: Database, storage: Storage, library: Library, clip: bytes
) -> None:
    first, second = await queued_job(library, storage, clip), await queued_job(library, storage, clip)
    async with working(database, storage):
        child = await held_child()
        while "queued" in await entries(database):  # PgQueuer holds two, one of them until there is room
            await asyncio.sleep(0.02)
        waiting = second if (await job_and_metadata(database, first))[0].started_at else first
        await cancel_video_job(database, library.owner, waiting)
        child.resume()
        await ended(database, first if waiting == second else second)
    job, _ = await job_and_metadata(database, waiting)
    assert (job.error_code, job.started_at) == ("CANCELED", None)


async def entries(database: Database) -> list[str]:
    async with database.transaction() as session:
        return list(await session.scalars(text("SELECT status::text FROM pgqueuer")))


async def test_a_job_may_be_canceled_at_any_moment(
    database: Database, storage: Storage, library: Library, clip: bytes
) -> None:
    moments = random.Random(7)
    canceled = []
    async with working(database, storage, concurrency=2):
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
    database: Database, storage: Storage, library: Library, clip: bytes
) -> None:
    moments = random.Random(7)
    async with working(database, storage, concurrency=2):
        for _ in range(12):
            job_id = await queued_job(library, storage, clip)
            await asyncio.sleep(moments.random() * 1.2)
            video_id = (await job_and_metadata(database, job_id))[0].video_id
            await delete_video(database, storage, library.owner, video_id)
        last = await queued_job(library, storage, clip)
        assert (await ended(database, last)).status == ProcessingStatus.COMPLETED
    async with database.transaction() as session:
        assert (await session.scalars(select(VideoJob.id))).all() == [last]


async def test_what_is_canceled_cleans_up_in_peace() -> None:
    context = Context(cancellation=CancelScope())
    done = []

    async def job() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)  # the scope alone would cancel this as well
            done.append("cleaned up")

    running = asyncio.create_task(_handle(context, asyncio.Event(), job()))
    await asyncio.sleep(0.01)
    context.cancellation.cancel()
    async with asyncio.timeout(SOON):
        await running
    assert done == ["cleaned up"]


async def test_a_worker_begins_by_sweeping(database: Database, storage: Storage, library: Library) -> None:
    video = await library.video()
    await storage.put(video.storage_path, b"bytes")
    async with database.transaction() as session:
        note_deletion(session, f"videos/{video.id.hex}")
    async with working(database, storage):
        while await storage.size(video.storage_path) is not None:
            await asyncio.sleep(0.02)

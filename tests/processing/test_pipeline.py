"""A job's way from the queue to its end."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from database.engine import Database
from database.video_job import ProcessingStatus, StageName, StageStatus, VideoJob
from database.video_metadata import VideoMetadata
from processing.media import Limits
from processing.pipeline import STAGES, TRANSIENT, process
from processing.stages import StageInput, probe
from processing.worker import work
from server.demo.clips import CLIPS
from services.queue import enqueue_job
from services.storage import Storage
from tests.support.library import Library

LIMITS = Limits(wall_seconds=30)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A video of two seconds."""
    (card,) = (clip for clip in CLIPS if clip.filename == "Test card 1080p.mov")
    return card.write(tmp_path_factory.mktemp("clips")).read_bytes()


async def queued_job(library: Library, storage: Storage, content: bytes) -> UUID:
    video = await library.video()
    await storage.put(video.storage_path, content)
    job = await library.job(video, ProcessingStatus.PENDING)
    async with library.database.transaction() as session:
        await enqueue_job(session, job.id)
    return job.id


async def job_and_metadata(database: Database, job_id: UUID) -> tuple[VideoJob, VideoMetadata | None]:
    async with database.transaction() as session:
        job = await session.get_one(VideoJob, job_id)
        return job, await session.scalar(select(VideoMetadata).where(VideoMetadata.job_id == job_id))


async def work_until(database: Database, storage: Storage, job_ids: list[UUID]) -> None:
    """Run a worker until the jobs have ended."""
    stop = asyncio.Event()
    working = asyncio.create_task(work(database, storage, LIMITS, concurrency=2, stop=stop))
    async with asyncio.timeout(60):
        for job_id in job_ids:
            while (await job_and_metadata(database, job_id))[0].finished_at is None:
                await asyncio.sleep(0.05)
    stop.set()
    await working


async def test_a_worker_ends_good_and_bad_jobs_and_goes_on(
    database: Database, storage: Storage, library: Library, clip: bytes
) -> None:
    bad = await queued_job(library, storage, b"this is no video" * 100)
    good = await queued_job(library, storage, clip)
    await work_until(database, storage, [bad, good])

    job, metadata = await job_and_metadata(database, bad)
    assert (job.status, job.error_code) == (ProcessingStatus.FAILED, "UNREADABLE_MEDIA")
    assert job.error_message
    assert [stage["status"] for stage in job.processing_stages] == [StageStatus.FAILED, StageStatus.PENDING]
    assert metadata is None

    job, metadata = await job_and_metadata(database, good)
    assert job.status == ProcessingStatus.COMPLETED
    assert job.started_at is not None
    assert [stage["status"] for stage in job.processing_stages] == [StageStatus.DONE, StageStatus.DONE]
    assert metadata is not None
    assert metadata.extracted_video_duration_seconds == pytest.approx(2, abs=0.1)
    assert (metadata.extracted_video_resolution, metadata.extracted_video_format) == ("1920x1080", "mov")
    assert metadata.thumbnail_storage_path is not None
    async with storage.local_file(metadata.thumbnail_storage_path) as picture:
        assert picture.read_bytes().startswith(b"\xff\xd8\xff")

    async with database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM pgqueuer")) == 0


async def test_a_job_may_be_run_twice(database: Database, storage: Storage, library: Library, clip: bytes) -> None:
    job_id = await queued_job(library, storage, clip)
    await process(database, storage, LIMITS, job_id)
    first = await job_and_metadata(database, job_id)
    await process(database, storage, LIMITS, job_id)
    second = await job_and_metadata(database, job_id)
    assert first[0].finished_at == second[0].finished_at
    assert first[1] is not None
    assert second[1] is not None
    assert first[1].id == second[1].id


async def test_a_job_whose_worker_died_goes_on_where_it_was(
    database: Database, storage: Storage, library: Library, clip: bytes
) -> None:
    job_id = await queued_job(library, storage, clip)
    async with database.transaction() as session:
        job = await session.get_one(VideoJob, job_id)
        job.status = ProcessingStatus.PROCESSING
        done, rest = job.processing_stages
        job.processing_stages = [{**done, "status": StageStatus.DONE}, rest]
    await process(database, storage, LIMITS, job_id)
    job, metadata = await job_and_metadata(database, job_id)
    assert job.status == ProcessingStatus.COMPLETED
    assert metadata is not None
    assert metadata.extracted_video_resolution is None  # PROBE was not run again
    assert metadata.thumbnail_storage_path is not None


async def test_a_file_that_is_gone_is_our_fault(
    database: Database, storage: Storage, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    await process(database, storage, LIMITS, job.id)
    ended, _ = await job_and_metadata(database, job.id)
    assert (ended.status, ended.error_code) == (ProcessingStatus.FAILED, "INTERNAL_ERROR")
    assert job.id.hex in caplog.text.replace("-", "")


async def test_a_file_that_takes_too_long_fails_its_job(
    database: Database, storage: Storage, library: Library, clip: bytes
) -> None:
    job_id = await queued_job(library, storage, clip)
    await process(database, storage, Limits(wall_seconds=0.01), job_id)
    job, _ = await job_and_metadata(database, job_id)
    assert (job.status, job.error_code) == (ProcessingStatus.FAILED, "TIMED_OUT")


async def test_what_a_stopped_worker_was_at_is_taken_up_by_another(
    database: Database, storage: Storage, library: Library, clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = await queued_job(library, storage, clip)
    begun = asyncio.Event()

    async def never_ends(_given: StageInput) -> Mapping[str, Any]:
        begun.set()
        await asyncio.Event().wait()
        return {}

    stop = asyncio.Event()
    with monkeypatch.context() as patched:
        patched.setitem(dict_of_stages(), StageName.PROBE, never_ends)
        working = asyncio.create_task(
            work(database, storage, LIMITS, concurrency=1, stop=stop, grace=timedelta(seconds=0.1))
        )
        async with asyncio.timeout(30):
            await begun.wait()
            stop.set()
            await working
    job, _ = await job_and_metadata(database, job_id)
    assert job.status == ProcessingStatus.PROCESSING
    await work_until(database, storage, [job_id])
    job, metadata = await job_and_metadata(database, job_id)
    assert job.status == ProcessingStatus.COMPLETED
    assert metadata is not None


def dict_of_stages() -> dict[StageName, Any]:
    assert isinstance(STAGES, dict)
    return STAGES


async def test_a_database_that_goes_away_for_a_moment_fails_no_job(
    database: Database, storage: Storage, library: Library, clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = await queued_job(library, storage, clip)
    cut = False

    async def cuts_connections(given: StageInput) -> Mapping[str, Any]:
        nonlocal cut
        if not cut:
            cut = True
            async with database.transaction() as session:
                others = "pid <> pg_backend_pid() AND datname = current_database() AND query NOT LIKE '%LISTEN%'"
                await session.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))  # noqa: S608  no input
                await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return await probe.run(given)

    monkeypatch.setitem(dict_of_stages(), StageName.PROBE, cuts_connections)
    with pytest.raises(TRANSIENT):
        await process(database, storage, LIMITS, job_id)
    job, _ = await job_and_metadata(database, job_id)
    assert job.status == ProcessingStatus.PROCESSING
    await process(database, storage, LIMITS, job_id)
    job, _ = await job_and_metadata(database, job_id)
    assert job.status == ProcessingStatus.COMPLETED

"""A job's way from the queue to its end."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import pytest
from sqlalchemy import select, text

from database.engine import Database
from database.video_job import ProcessingStatus, StageName, StageStatus, VideoJob
from database.video_metadata import VideoMetadata
from processing.media import Limits
from processing.pipeline import STAGES, TRANSIENT, Pipeline
from processing.providers import embedded_providers
from processing.stages import Stage, StageInput, StageResult, VideoFile
from processing.worker import work
from server.demo.clips import CLIPS
from services.queue import enqueue_job
from services.storage import Storage
from services.video_job_stages import Found, finish_stage, skip_stage, start_stage
from services.video_metadata import MetadataChanges, update_video_metadata
from tests.support.library import Library

LIMITS = Limits(wall_seconds=30)
PENDING, RUNNING, DONE, SKIPPED, FAILED = StageStatus

Instead: TypeAlias = Callable[[StageName, Stage], None]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A video of two seconds without subtitles."""
    (card,) = (clip for clip in CLIPS if clip.filename == "Test card 1080p.mov")
    return card.write(tmp_path_factory.mktemp("clips")).read_bytes()


@pytest.fixture
def pipeline(database: Database, storage: Storage) -> Pipeline:
    return Pipeline(database, storage, LIMITS, embedded_providers())


async def queued_job(library: Library, storage: Storage, content: bytes) -> UUID:
    video = await library.video(size_bytes=len(content))
    await storage.put(video.storage_path, content)
    job = await library.job(video, ProcessingStatus.PENDING)
    async with library.database.transaction() as session:
        await enqueue_job(session, job.id)
    return job.id


async def job_and_metadata(database: Database, job_id: UUID) -> tuple[VideoJob, VideoMetadata | None]:
    async with database.transaction() as session:
        job = await session.get_one(VideoJob, job_id)
        return job, await session.scalar(select(VideoMetadata).where(VideoMetadata.job_id == job_id))


async def completed(database: Database, job_id: UUID) -> tuple[VideoJob, VideoMetadata]:
    """A job that ended well, and what it found."""
    job, metadata = await job_and_metadata(database, job_id)
    assert job.status == ProcessingStatus.COMPLETED, job.error_message
    assert metadata is not None
    return job, metadata


def statuses(job: VideoJob) -> list[str]:
    return [stage["status"] for stage in job.processing_stages]


async def work_until(pipeline: Pipeline, job_ids: list[UUID]) -> None:
    """Run a worker until the jobs have ended."""
    stop = asyncio.Event()
    working = asyncio.create_task(work(pipeline, concurrency=2, stop=stop))
    async with asyncio.timeout(60):
        for job_id in job_ids:
            while (await job_and_metadata(pipeline.database, job_id))[0].finished_at is None:
                await asyncio.sleep(0.05)
    stop.set()
    await working


@pytest.fixture
def instead(monkeypatch: pytest.MonkeyPatch) -> Instead:
    """Has another function take a stage's place; most do something first, and then what the stage does."""

    def put(name: StageName, stage: Stage) -> None:
        assert isinstance(STAGES, dict)
        monkeypatch.setitem(STAGES, name, stage)

    return put


async def test_a_worker_ends_good_and_bad_jobs_and_goes_on(pipeline: Pipeline, library: Library, clip: bytes) -> None:
    bad = await queued_job(library, pipeline.storage, b"this is no video" * 100)
    good = await queued_job(library, pipeline.storage, clip)
    await work_until(pipeline, [bad, good])

    job, nothing = await job_and_metadata(pipeline.database, bad)
    assert (job.status, job.error_code) == (ProcessingStatus.FAILED, "UNREADABLE_MEDIA")
    assert statuses(job) == [FAILED, PENDING, PENDING, PENDING, PENDING]
    assert job.processing_stages[0]["message"] == job.error_message != ""
    assert nothing is None

    job, metadata = await completed(pipeline.database, good)
    assert job.started_at is not None
    assert statuses(job) == [DONE, DONE, SKIPPED, SKIPPED, DONE]
    assert metadata.extracted_video_duration_seconds == pytest.approx(2, abs=0.1)
    assert (metadata.extracted_video_resolution, metadata.extracted_video_format) == ("1920x1080", "mov")

    async with pipeline.database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM pgqueuer")) == 0


async def test_each_stage_has_its_times_one_after_the_other(pipeline: Pipeline, library: Library, clip: bytes) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    await pipeline.process(job_id)
    job, _ = await completed(pipeline.database, job_id)
    stages = [(stage["started_at"], stage["finished_at"]) for stage in job.processing_stages]
    instants = [datetime.fromisoformat(at) for times in stages for at in times if at]
    assert len(instants) == 2 * len(StageName)
    assert job.started_at is not None
    assert job.finished_at is not None
    instants = [job.started_at, *instants, job.finished_at]
    assert instants == sorted(instants)


async def test_a_job_may_be_run_twice(pipeline: Pipeline, library: Library, clip: bytes) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    await pipeline.process(job_id)
    first, found = await completed(pipeline.database, job_id)
    await pipeline.process(job_id)
    second, found_again = await completed(pipeline.database, job_id)
    assert first.updated_at == second.updated_at
    assert (found.id, found.version) == (found_again.id, found_again.version)


async def test_two_workers_at_one_job_make_one_of_it(pipeline: Pipeline, library: Library, clip: bytes) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    await asyncio.gather(*(pipeline.process(job_id) for _ in range(3)))
    job, metadata = await completed(pipeline.database, job_id)
    assert statuses(job) == [DONE, DONE, SKIPPED, SKIPPED, DONE]
    assert metadata.version == 3, "PROBE made it, THUMBNAIL and DESCRIPTION changed it, each once"


async def test_a_job_whose_worker_died_goes_on_where_it_was(pipeline: Pipeline, library: Library, clip: bytes) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    yesterday = "2026-01-01T00:00:00+00:00"
    async with pipeline.database.transaction() as session:
        job = await session.get_one(VideoJob, job_id)
        job.status = ProcessingStatus.PROCESSING
        probe, thumbnail, *rest = job.processing_stages
        probe = {**probe, "status": DONE, "started_at": yesterday, "finished_at": yesterday}
        job.processing_stages = [probe, {**thumbnail, "status": RUNNING, "started_at": yesterday}, *rest]
    await pipeline.process(job_id)
    job, metadata = await completed(pipeline.database, job_id)
    assert job.processing_stages[0] == probe
    assert metadata.extracted_video_resolution is None, "PROBE was not run again"
    assert metadata.thumbnail_storage_path is not None
    assert str(job.processing_stages[1]["started_at"]) > yesterday, "it began anew"


async def test_a_job_from_before_there_were_as_many_stages_goes_through_the_new_ones(
    pipeline: Pipeline, library: Library, clip: bytes
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    async with pipeline.database.transaction() as session:
        job = await session.get_one(VideoJob, job_id)
        job.processing_stages = job.processing_stages[:2]
    await pipeline.process(job_id)
    job, _ = await completed(pipeline.database, job_id)
    assert [stage["name"] for stage in job.processing_stages] == list(StageName)


async def test_what_comes_late_changes_nothing(database: Database, library: Library) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PROCESSING)
    assert await start_stage(database, job.id, StageName.PROBE) == Found()
    await finish_stage(database, job.id, StageName.PROBE, {"extracted_video_format": "mp4"}, "first")
    before = await job_and_metadata(database, job.id)
    await finish_stage(database, job.id, StageName.PROBE, {"extracted_video_format": "avi"}, "late")
    await skip_stage(database, job.id, StageName.PROBE, "late")
    assert await start_stage(database, job.id, StageName.PROBE) is None
    after = await job_and_metadata(database, job.id)
    assert before[0].processing_stages == after[0].processing_stages
    assert before[1] is not None
    assert after[1] is not None
    assert (after[1].extracted_video_format, after[1].version) == ("mp4", before[1].version)


async def test_a_job_that_ends_meanwhile_goes_no_further(
    pipeline: Pipeline, library: Library, clip: bytes, instead: Instead
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)

    async def ends_its_job(given: StageInput) -> StageResult:
        await pipeline.give_up(job_id, ConnectionError())
        return StageResult({"thumbnail_storage_path": given.work.storage_path})

    instead(StageName.THUMBNAIL, ends_its_job)
    await pipeline.process(job_id)
    job, metadata = await job_and_metadata(pipeline.database, job_id)
    assert statuses(job) == [DONE, FAILED, PENDING, PENDING, PENDING]
    assert metadata is not None
    assert metadata.thumbnail_storage_path is None


async def test_an_edit_while_it_is_processed_stays(
    pipeline: Pipeline, library: Library, clip: bytes, instead: Instead
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    describe = STAGES[StageName.DESCRIPTION]

    async def edited_meanwhile(given: StageInput) -> StageResult:
        result = await describe(given)
        _, metadata = await job_and_metadata(pipeline.database, job_id)
        assert metadata is not None
        changes = MetadataChanges(title="Mine", tags=["mine"])
        await update_video_metadata(pipeline.database, library.owner, metadata.id, changes)
        return result

    instead(StageName.DESCRIPTION, edited_meanwhile)
    await pipeline.process(job_id)
    _, metadata = await completed(pipeline.database, job_id)
    assert (metadata.title, metadata.tags) == ("Mine", ["mine"])
    assert str(metadata.description).startswith("Colour bars"), "what nobody edited is found"
    assert metadata.version == 4, "PROBE, THUMBNAIL, the edit and DESCRIPTION: each can be noticed"


async def test_a_file_that_is_gone_is_our_fault(
    pipeline: Pipeline, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    await pipeline.process(job.id)
    ended, _ = await job_and_metadata(pipeline.database, job.id)
    assert (ended.status, ended.error_code) == (ProcessingStatus.FAILED, "ORIGINAL_MISSING")
    assert job.id.hex in caplog.text.replace("-", "")


async def test_a_file_that_was_cut_is_our_fault(
    pipeline: Pipeline, library: Library, clip: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    job, _ = await job_and_metadata(pipeline.database, job_id)
    await pipeline.storage.put(f"videos/{job.video_id.hex}/original", clip[:1000])
    await pipeline.process(job_id)
    job, _ = await job_and_metadata(pipeline.database, job_id)
    assert (job.status, job.error_code) == (ProcessingStatus.FAILED, "ORIGINAL_DAMAGED")
    assert f"has 1,000 bytes, not the {len(clip):,}" in str(job.error_message)
    assert job_id.hex in caplog.text.replace("-", "")


async def test_a_file_that_takes_too_long_fails_its_job(pipeline: Pipeline, library: Library, clip: bytes) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    await replace(pipeline, limits=Limits(wall_seconds=0.01)).process(job_id)
    job, _ = await job_and_metadata(pipeline.database, job_id)
    assert (job.status, job.error_code) == (ProcessingStatus.FAILED, "TIMED_OUT")


@pytest.mark.parametrize("name", [StageName.SUBTITLES, StageName.TRANSCRIPT, StageName.DESCRIPTION])
async def test_a_video_is_good_whatever_can_not_be_read_beside_its_picture(
    pipeline: Pipeline, library: Library, clip: bytes, instead: Instead, name: StageName
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    run = STAGES[name]

    async def in_a_hurry(given: StageInput) -> StageResult:
        return await run(replace(given, file=VideoFile(given.file.path, Limits(wall_seconds=0.01))))

    instead(name, in_a_hurry)
    await pipeline.process(job_id)
    job, _ = await completed(pipeline.database, job_id)
    (stage,) = (stage for stage in job.processing_stages if stage["name"] == name)
    message = "This could not be read: This video could not be read within 0.01 seconds."
    assert (stage["status"], stage["message"]) == (SKIPPED, message)


async def test_a_fault_of_ours_fails_the_job_and_its_stage(
    pipeline: Pipeline, library: Library, clip: bytes, instead: Instead, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)

    async def is_broken(_given: StageInput) -> StageResult:
        raise ZeroDivisionError

    instead(StageName.SUBTITLES, is_broken)
    await pipeline.process(job_id)
    job, metadata = await job_and_metadata(pipeline.database, job_id)
    assert (job.status, job.error_code) == (ProcessingStatus.FAILED, "INTERNAL_ERROR")
    assert statuses(job) == [DONE, DONE, FAILED, PENDING, PENDING]
    assert metadata is not None
    assert "ZeroDivisionError" in caplog.text


async def test_what_a_stopped_worker_was_at_is_taken_up_by_another(
    pipeline: Pipeline, library: Library, clip: bytes, instead: Instead, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    begun = asyncio.Event()

    async def never_ends(_given: StageInput) -> StageResult:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError("it never ends")

    stop = asyncio.Event()
    instead(StageName.PROBE, never_ends)
    working = asyncio.create_task(work(pipeline, concurrency=1, stop=stop, grace=timedelta(seconds=0.1)))
    async with asyncio.timeout(30):
        await begun.wait()
        stop.set()
        await working
    job, _ = await job_and_metadata(pipeline.database, job_id)
    assert (job.status, statuses(job)[0]) == (ProcessingStatus.PROCESSING, RUNNING)
    monkeypatch.undo()
    await work_until(pipeline, [job_id])
    await completed(pipeline.database, job_id)


@pytest.mark.parametrize("name", list(StageName))
async def test_a_database_that_goes_away_for_a_moment_fails_no_job(
    pipeline: Pipeline, library: Library, clip: bytes, instead: Instead, name: StageName
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    run, cut = STAGES[name], False

    async def cuts_connections(given: StageInput) -> StageResult:
        nonlocal cut
        if not cut:
            cut = True
            async with pipeline.database.transaction() as session:
                others = "pid <> pg_backend_pid() AND datname = current_database() AND query NOT LIKE '%LISTEN%'"
                await session.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))  # noqa: S608  no input
                await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return await run(given)

    instead(name, cuts_connections)
    with pytest.raises(TRANSIENT):
        await pipeline.process(job_id)
    job, _ = await job_and_metadata(pipeline.database, job_id)
    assert job.status == ProcessingStatus.PROCESSING
    await pipeline.process(job_id)
    job, _ = await completed(pipeline.database, job_id)
    assert statuses(job) == [DONE, DONE, SKIPPED, SKIPPED, DONE]

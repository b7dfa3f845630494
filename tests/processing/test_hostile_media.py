"""Three hundred hostile files: each ends its job in time and with a reason, and the worker serves the next."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from sqlalchemy import func, select

from database.engine import Database
from database.video import Video
from database.video_job import ACTIVE, ProcessingStatus, StageStatus, VideoJob
from processing.media import (
    Limits,
    MediaTimeoutError,
    UnreadableMediaError,
    facts_of_container,
    probe,
    sound,
    subtitles,
)
from processing.media.limits import MIB
from processing.pipeline import Pipeline
from processing.providers import Nothing, Providers, Transcript, TranscriptSource, embedded_providers
from processing.worker import work
from services.queue import enqueue_job
from services.storage import Storage
from tests.processing.test_pipeline import completed
from tests.support.hostile import COUNT, good_files, hostile_files
from tests.support.library import Library

LIMITS = Limits(wall_seconds=5)
READS = 5  # of a file by one job, each within its limits
SLACK_SECONDS = 10.0  # for a machine that does other things as well
# The last is for the empty file: no upload is accepted that is empty, so this one was emptied later.
CODES = {"UNREADABLE_MEDIA", "TIMED_OUT", "ORIGINAL_DAMAGED"}


class Listener:
    """Cuts out the sound, as a service would need it, and takes the text from the file."""

    def __init__(self) -> None:
        self.heard = 0

    async def transcribe(self, source: TranscriptSource) -> Transcript | Nothing:
        if source.has_sound:
            self.heard += len(await sound(source.file, source.limits, start_seconds=0, seconds=600))
        return await embedded_providers().transcriber.transcribe(source)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def pipeline(database: Database, storage: Storage, listener: Listener) -> Pipeline:
    return Pipeline(database, storage, LIMITS, Providers(listener, embedded_providers().describer))


@pytest.fixture(autouse=True)
def no_child_is_left() -> Iterator[None]:
    yield
    assert [child for child in psutil.Process().children() if "processing.media.child" in child.cmdline()] == []


async def queued_job(library: Library, storage: Storage, content: bytes) -> UUID:
    video = await library.video(size_bytes=max(1, len(content)))
    await storage.put(video.storage_path, content)
    job = await library.job(video, ProcessingStatus.PENDING)
    async with library.database.transaction() as session:
        await enqueue_job(session, job.id)
    return job.id


async def work_until_all_ended(pipeline: Pipeline) -> None:
    """Run a worker until no job is waiting or running."""
    stop = asyncio.Event()
    working = asyncio.create_task(work(pipeline, concurrency=2, stop=stop))
    active = select(func.count()).where(VideoJob.status.in_(ACTIVE))
    async with asyncio.timeout(900):
        while not working.done():
            async with pipeline.database.transaction() as session:
                if await session.scalar(active) == 0:
                    break
            await asyncio.sleep(0.5)
    stop.set()
    await working


async def read_what_is_left(storage: Storage, video_path: str) -> None:
    """Read what the job would have read next, had it not failed before."""
    async with storage.local_file(video_path) as path:
        for read in (
            subtitles(path, LIMITS),
            facts_of_container(path, LIMITS),
            sound(path, LIMITS, start_seconds=0, seconds=600),
        ):
            with suppress(UnreadableMediaError, MediaTimeoutError):
                await read


def check(name: str, job: VideoJob) -> None:
    """Hold that the job ended, in time and at its first attempt, with a result or the reason why there is none."""
    assert job.started_at is not None, name
    assert job.finished_at is not None, name
    assert job.finished_at - job.started_at < timedelta(seconds=READS * LIMITS.wall_seconds + SLACK_SECONDS), name
    assert job.attempt == 1, name
    if job.status == ProcessingStatus.FAILED:
        assert job.error_code in CODES, (name, job.error_code, job.error_message)
        assert job.error_message, name
    else:
        assert job.status == ProcessingStatus.COMPLETED, name
        assert {stage["status"] for stage in job.processing_stages} <= {StageStatus.DONE, StageStatus.SKIPPED}, name


@pytest.mark.long
async def test_hostile_files_end_their_jobs_and_the_worker_goes_on(
    pipeline: Pipeline, storage: Storage, library: Library, listener: Listener
) -> None:
    names: dict[UUID, str] = {}
    for name, content in hostile_files():
        names[await queued_job(library, storage, content)] = name
    assert len(set(names.values())) == COUNT

    await work_until_all_ended(pipeline)

    async with pipeline.database.transaction() as session:
        ended = (await session.execute(select(VideoJob, Video.storage_path).join(Video))).all()
    for job, _ in ended:
        check(names[job.id], job)
    failed = [(job, path) for job, path in ended if job.status == ProcessingStatus.FAILED]
    assert COUNT / 5 < len(failed) < COUNT  # damage is not always where it hurts
    assert listener.heard > 0
    for _, path in failed:
        await read_what_is_left(storage, path)

    good = [await queued_job(library, storage, content) for content in good_files().values()]
    await work_until_all_ended(pipeline)
    for job_id in good:
        _, metadata = await completed(pipeline.database, job_id)
        assert metadata.thumbnail_storage_path


@pytest.fixture(scope="module")
def crafted() -> dict[str, bytes]:
    return {name: content for name, content in hostile_files() if not name.startswith("mutated")}


@pytest.mark.parametrize(
    ("name", "limits", "reason"),
    [
        ("matroska: two gigabytes in a picture, it says", LIMITS, "2048 MiB of memory"),
        ("matroska: enlarged", Limits(5, memory_bytes=300 * MIB), "300 MiB of memory"),
        ("mpegts: a table of eight thousand programs", Limits(20, cpu_seconds=1), "not be read within"),
        ("mpegts: a table of eight thousand programs", Limits(1), "not be read within 1 seconds"),
        ("mp4: ten thousand tracks", LIMITS, "fewer tracks"),
    ],
)
async def test_a_limit_is_the_reason(
    tmp_path: Path, crafted: dict[str, bytes], name: str, limits: Limits, reason: str
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(crafted[name])

    with pytest.raises((UnreadableMediaError, MediaTimeoutError)) as refused:
        await probe(path, limits)

    assert reason in f"{refused.value} {refused.value.hint}"


async def test_a_duration_that_cannot_be_is_none(tmp_path: Path, crafted: dict[str, bytes]) -> None:
    path = tmp_path / "a.avi"
    path.write_bytes(crafted["avi: endless"])

    assert (await probe(path, LIMITS)).duration_seconds is None
    assert (await facts_of_container(path, LIMITS)).duration_seconds is None

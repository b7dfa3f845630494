"""What each stage makes of real videos, and what becomes of a job when it can't."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest
from sqlalchemy import select

from database.engine import Database
from database.video_job import ProcessingStatus, Stage, StageName, VideoJob
from database.video_metadata import VideoMetadata
from processing.pipeline import TRANSIENT, Pipeline
from processing.providers import (
    Description,
    DescriptionSource,
    Patience,
    Providers,
    ProviderUnavailableError,
    ai_providers,
    embedded_providers,
)
from server.demo.recording import Recording, Subtitles, Track
from services.storage import Storage
from services.video_job import retry_video_job
from services.video_metadata import MetadataChanges, update_video_metadata
from tests.processing.test_pipeline import (
    DONE,
    FAILED,
    LIMITS,
    PENDING,
    RUNNING,
    SKIPPED,
    completed,
    job_and_metadata,
    statuses,
)
from tests.support.ai_answers import failing
from tests.support.ai_server import AIServer, ai_server, settings_for
from tests.support.library import Library

PICTURE = Track("testsrc2=160x120:r=5", "libx264", {"preset": "ultrafast", "threads": "1"})
TONE = Track("sine=300:r=16000", "aac")
ENGLISH = ("We leave the harbour.", "The sea is calm & wide.")
GERMAN = ("Wir verlassen den Hafen.", "Die See ist ruhig.")


@pytest.fixture
def pipeline(database: Database, storage: Storage) -> Pipeline:
    return Pipeline(database, storage, LIMITS, embedded_providers())


class Uploads:
    """Records videos and has jobs for them."""

    def __init__(self, library: Library, storage: Storage, folder: Path) -> None:
        self._library, self._storage, self._folder = library, storage, folder

    async def job(self, recording: Recording, *, name: str = "clip.mkv") -> UUID:
        """A job that waits, for a video with this content."""
        path = self._folder / f"recorded{Path(name).suffix}"
        recording.write(path)
        content = path.read_bytes()
        video = await self._library.video(original_filename=name, size_bytes=len(content))
        await self._storage.put(video.storage_path, content)
        return (await self._library.job(video, ProcessingStatus.PENDING)).id


@pytest.fixture
def uploads(library: Library, storage: Storage, tmp_path: Path) -> Uploads:
    return Uploads(library, storage, tmp_path)


@pytest.fixture
def server() -> Iterator[AIServer]:
    with ai_server() as server:
        yield server


@pytest.fixture
async def asking(pipeline: Pipeline, server: AIServer) -> AsyncIterator[Pipeline]:
    """A pipeline that asks an AI, once."""
    providers = ai_providers(settings_for(server), Patience(attempts=1))
    yield replace(pipeline, providers=providers)
    await providers.close()


async def stored(storage: Storage, path: str | None) -> str:
    assert path is not None
    return b"".join([block async for block in storage.read(path)]).decode()


def stage_of(job: VideoJob, name: StageName) -> Stage:
    (stage,) = (stage for stage in job.processing_stages if stage["name"] == name)
    return stage


async def test_each_text_track_becomes_two_files_with_its_language(pipeline: Pipeline, uploads: Uploads) -> None:
    tracks = (
        Subtitles("subrip", "eng", ENGLISH),
        Subtitles("subrip", "deu", GERMAN),
        Subtitles("subrip", "und", ENGLISH),
    )
    job_id = await uploads.job(Recording(2, PICTURE, subtitles=tracks))
    await pipeline.process(job_id)
    job, metadata = await completed(pipeline.database, job_id)
    assert [(file["language"], file["format"]) for file in metadata.subtitle_files] == [
        ("eng", "VTT"),
        ("eng", "SRT"),
        ("deu", "VTT"),
        ("deu", "SRT"),
        (None, "VTT"),
        (None, "SRT"),
    ]
    paths = [file["storage_path"] for file in metadata.subtitle_files]
    folder = f"videos/{job.video_id.hex}/jobs/{job_id.hex}/subtitles"
    assert paths[:2] == [f"{folder}/1.eng.vtt", f"{folder}/1.eng.srt"]
    assert paths[4:] == [f"{folder}/3.vtt", f"{folder}/3.srt"]
    assert await stored(pipeline.storage, paths[0]) == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:00.800\nWe leave the harbour.\n\n"
        "00:00:01.000 --> 00:00:01.800\nThe sea is calm &amp; wide.\n"
    )
    assert "00:00:01,000 --> 00:00:01,800\nDie See ist ruhig." in await stored(pipeline.storage, paths[3])
    assert stage_of(job, StageName.SUBTITLES)["message"] == "eng, deu, unknown language"


async def test_the_transcript_is_text_and_a_file(pipeline: Pipeline, uploads: Uploads) -> None:
    job_id = await uploads.job(Recording(2, PICTURE, subtitles=(Subtitles("subrip", "eng", ENGLISH),)))
    await pipeline.process(job_id)
    _, metadata = await completed(pipeline.database, job_id)
    assert metadata.transcript_text == "\n".join(ENGLISH)
    assert await stored(pipeline.storage, metadata.transcript_storage_path) == metadata.transcript_text


async def test_what_does_not_apply_is_skipped_with_a_reason(pipeline: Pipeline, uploads: Uploads) -> None:
    job_id = await uploads.job(Recording(1, PICTURE), name="VID_20260714_213012.mkv")
    await pipeline.process(job_id)
    job, metadata = await completed(pipeline.database, job_id)
    assert statuses(job) == [DONE, DONE, SKIPPED, SKIPPED, SKIPPED]
    assert [stage["message"] for stage in job.processing_stages[2:]] == [
        "This video has no subtitle track with text.",
        "This video has no subtitles to take a transcript from.",
        "Neither the file's name nor the tags in it say what this video is about.",
    ]
    assert all(stage["started_at"] and stage["finished_at"] for stage in job.processing_stages)
    assert (metadata.subtitle_files, metadata.transcript_text, metadata.title, metadata.tags) == ([], None, None, [])


async def test_the_description_is_from_tags_and_name(pipeline: Pipeline, uploads: Uploads) -> None:
    tags = {"description": "A short walk.", "genre": "Nature", "artist": "Linnea Berg"}
    job_id = await uploads.job(Recording(1, PICTURE, tags=tags), name="walk-in-the-woods.mkv")
    await pipeline.process(job_id)
    _, metadata = await completed(pipeline.database, job_id)
    assert (metadata.title, metadata.description, metadata.tags) == ("Walk in the woods", "A short walk.", ["Nature"])
    assert metadata.show_notes_text == "Artist: Linnea Berg"


async def test_a_service_that_is_away_is_waited_for_and_its_job_says_so(
    asking: Pipeline, server: AIServer, uploads: Uploads
) -> None:
    job_id = await uploads.job(Recording(1, PICTURE, TONE))
    server.down()
    with pytest.raises(ProviderUnavailableError) as raised:
        await asking.process(job_id)
    job, _ = await job_and_metadata(asking.database, job_id)
    assert job.status == ProcessingStatus.PROCESSING
    assert statuses(job) == [DONE, DONE, SKIPPED, RUNNING, PENDING]
    assert stage_of(job, StageName.TRANSCRIPT)["message"] == f"{str(raised.value).rstrip('.')}; it is tried again soon."
    server.up()
    await asking.process(job_id)
    job, metadata = await completed(asking.database, job_id)
    assert statuses(job) == [DONE, DONE, SKIPPED, DONE, DONE]
    assert stage_of(job, StageName.TRANSCRIPT)["message"] is None
    assert str(metadata.transcript_text).startswith("Words ")
    assert str(metadata.title).startswith("About Words"), "DESCRIPTION was made from what TRANSCRIPT found"


async def test_a_service_that_stays_away_ends_the_job_with_its_last_reason(
    asking: Pipeline, server: AIServer, uploads: Uploads
) -> None:
    job_id = await uploads.job(Recording(1, PICTURE, TONE))
    server.answer_next(failing(503, "We are full."))
    with pytest.raises(TRANSIENT) as raised:
        await asking.process(job_id)
    await asking.give_up(job_id, raised.value)
    job, metadata = await job_and_metadata(asking.database, job_id)
    assert (job.status, job.error_code) == (ProcessingStatus.FAILED, "PROVIDER_UNAVAILABLE")
    assert "503: We are full." in str(job.error_message)
    assert statuses(job) == [DONE, DONE, SKIPPED, FAILED, PENDING]
    assert stage_of(job, StageName.TRANSCRIPT)["message"] == job.error_message
    assert metadata is not None


async def test_a_service_that_refuses_fails_the_job_at_once(
    asking: Pipeline, server: AIServer, uploads: Uploads
) -> None:
    job_id = await uploads.job(Recording(1, PICTURE, TONE))
    server.answer_next(failing(401, "Incorrect API key."))
    await asking.process(job_id)
    job, _ = await job_and_metadata(asking.database, job_id)
    assert (job.status, job.error_code) == (ProcessingStatus.FAILED, "PROVIDER_REJECTED")
    assert "Incorrect API key." in str(job.error_message)


async def test_a_retry_repeats_what_is_not_done_and_keeps_edits(
    asking: Pipeline, server: AIServer, uploads: Uploads, library: Library
) -> None:
    job_id = await uploads.job(Recording(1, PICTURE, TONE, (Subtitles("subrip", "deu", GERMAN),)))
    server.answer_next(failing(404, "No such model."))
    await asking.process(job_id)
    failed, metadata = await job_and_metadata(asking.database, job_id)
    assert statuses(failed) == [DONE, DONE, DONE, DONE, FAILED]
    assert metadata is not None
    await update_video_metadata(asking.database, library.owner, metadata.id, MetadataChanges(title="Mine"))
    retried = await retry_video_job(asking.database, library.owner, job_id)
    await asking.process(retried)
    job, metadata = await completed(asking.database, retried)
    assert job.processing_stages[:4] == failed.processing_stages[:4], "not run again"
    assert statuses(job) == [DONE] * 5
    assert metadata.title == "Mine"
    assert metadata.tags != [], "made from the transcript of the first job"
    paths = [metadata.thumbnail_storage_path, *(file["storage_path"] for file in metadata.subtitle_files)]
    assert all([await asking.storage.size(str(path)) for path in paths])
    assert job_id.hex in str(metadata.thumbnail_storage_path), "what the first job made stays where it is"


class FromTheTranscript:
    """Describes a video by what it is told of it."""

    async def describe(self, source: DescriptionSource) -> Description:
        return Description(source.transcript_text, f"{source.duration_seconds} seconds", (), None)


async def test_a_stage_knows_what_was_found_before_its_worker_died(pipeline: Pipeline, uploads: Uploads) -> None:
    job_id = await uploads.job(Recording(1, PICTURE))
    async with pipeline.database.transaction() as session:
        job = await session.get_one(VideoJob, job_id)
        stages = [cast("Stage", {**stage, "status": DONE}) for stage in job.processing_stages]
        job.processing_stages = [*stages[:4], job.processing_stages[4]]
        found = {"transcript_text": "So it was.", "extracted_video_duration_seconds": 99.0}
        session.add(VideoMetadata(job_id=job.id, uploader_user_id=job.uploader_user_id, **found))
    providers = Providers(pipeline.providers.transcriber, FromTheTranscript())
    await replace(pipeline, providers=providers).process(job_id)
    _, metadata = await completed(pipeline.database, job_id)
    assert (metadata.title, metadata.description) == ("So it was.", "99.0 seconds")


async def test_a_failure_of_thumbnail_fails_the_job(pipeline: Pipeline, uploads: Uploads) -> None:
    sliver = Track("testsrc2=16x720:r=5", "libx264", {"preset": "ultrafast", "threads": "1"})
    job_id = await uploads.job(Recording(1, sliver))
    await pipeline.process(job_id)
    job, metadata = await job_and_metadata(pipeline.database, job_id)
    assert (job.status, job.error_code) == (ProcessingStatus.FAILED, "UNREADABLE_MEDIA")
    assert statuses(job) == [DONE, FAILED, PENDING, PENDING, PENDING]
    assert job.error_message == "This video is too narrow for a picture of it."
    assert metadata is not None


async def test_files_are_written_again_to_the_same_places(pipeline: Pipeline, uploads: Uploads) -> None:
    job_id = await uploads.job(Recording(1, PICTURE, subtitles=(Subtitles("subrip", "eng", ENGLISH),)))
    await pipeline.process(job_id)
    first, found = await completed(pipeline.database, job_id)
    async with pipeline.database.transaction() as session:
        job = (await session.scalars(select(VideoJob).where(VideoJob.id == job_id))).one()
        job.status, job.finished_at = ProcessingStatus.PROCESSING, None
        job.processing_stages = [cast("Stage", {**stage, "status": RUNNING}) for stage in first.processing_stages]
    await pipeline.process(job_id)
    _, found_again = await completed(pipeline.database, job_id)
    assert found_again.subtitle_files == found.subtitle_files
    assert found_again.thumbnail_storage_path == found.thumbnail_storage_path
    assert found_again.version == found.version, "nothing has changed"

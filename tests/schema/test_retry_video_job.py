"""Retrying: a failed job's video gets a new job, one at a time."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from database.engine import Database
from database.video import Video
from database.video_job import ProcessingStatus, Stage, StageName, StageStatus, VideoJob
from database.video_metadata import VideoMetadata
from services.video_job_stages import pending_stages
from tests.support.api import Api
from tests.support.library import Library

RETRY = """
mutation ($id: ID!, $key: String) {
  retryVideoJob(jobId: $id, idempotencyKey: $key) {
    __typename
    ... on RetryVideoJobSuccess {
      job {
        id status attempt progress errorCode finishedAt
        processingStages { status }
        video { status jobs { nodes { id } } }
      }
    }
    ... on NotFoundError { id message }
    ... on JobStateError { message job { id status } }
    ... on InvalidInputError { message issues { path } }
  }
}
"""


async def retry(api: Api, job: VideoJob, key: str | None = None) -> dict[str, Any]:
    result: dict[str, Any] = (await api.data(RETRY, id=f"job_{job.id.hex}", key=key))["retryVideoJob"]
    return result


@pytest.fixture
async def video(library: Library) -> Video:
    return await library.video()


@pytest.fixture
async def failed(library: Library, video: Video) -> VideoJob:
    return await library.job(video, ProcessingStatus.FAILED, attempt=2)


async def queued(database: Database) -> list[str]:
    async with database.transaction() as session:
        payloads = await session.scalars(text("SELECT payload FROM pgqueuer"))
        return [f"job_{payload.hex()}" for payload in payloads]


async def test_a_new_job_is_queued_and_begins_anew(api: Api, database: Database, failed: VideoJob) -> None:
    result = await retry(api, failed)
    assert result["__typename"] == "RetryVideoJobSuccess"
    job = result["job"]
    assert job.pop("video") == {
        "status": "PENDING",
        "jobs": {"nodes": [{"id": job["id"]}, {"id": f"job_{failed.id.hex}"}]},
    }
    assert await queued(database) == [job.pop("id")]
    assert job == {
        "status": "PENDING",
        "attempt": 3,
        "progress": 0,
        "errorCode": None,
        "finishedAt": None,
        "processingStages": [{"status": "PENDING"}] * len(failed.processing_stages),
    }


def stage(name: StageName, status: StageStatus, message: str | None = None) -> Stage:
    at = "2026-01-01T12:00:00+00:00"
    return Stage(name=name, status=status, started_at=at, finished_at=at, message=message)


PARTLY_DONE = [
    stage(StageName.PROBE, StageStatus.DONE, "as it was"),
    stage(StageName.THUMBNAIL, StageStatus.DONE),
    stage(StageName.SUBTITLES, StageStatus.SKIPPED, "There are none."),
    stage(StageName.TRANSCRIPT, StageStatus.FAILED, "It did not answer."),
]


async def test_only_what_is_not_done_is_repeated(api: Api, database: Database, library: Library, video: Video) -> None:
    stages = pending_stages(besides=PARTLY_DONE)
    failed = await library.job(video, ProcessingStatus.FAILED, processing_stages=stages)
    result = await retry(api, failed)
    assert result["job"]["progress"] == 0.4
    async with database.transaction() as session:
        job = (await session.scalars(select(VideoJob).where(VideoJob.id != failed.id))).one()
    assert job.processing_stages == pending_stages(besides=PARTLY_DONE[:2])


async def test_what_was_found_and_edited_is_taken_over(
    api: Api, database: Database, library: Library, video: Video
) -> None:
    failed = await library.job(video, ProcessingStatus.FAILED, processing_stages=pending_stages(besides=PARTLY_DONE))
    found = {
        "title": "Mine",
        "tags": ["a", "b"],
        "edited_fields": ["tags", "title"],
        "transcript_text": "So it was.",
        "thumbnail_storage_path": "videos/1/jobs/1/thumbnail.jpg",
        "subtitle_files": [{"format": "VTT", "language": None, "storage_path": "videos/1/jobs/1/subtitles/1.vtt"}],
        "extracted_video_duration_seconds": 1.5,
    }
    before = await library.metadata(failed, version=4, **found)
    await retry(api, failed)
    async with database.transaction() as session:
        old, new = await session.scalars(select(VideoMetadata).order_by(VideoMetadata.created_at))
        job = (await session.scalars(select(VideoJob).where(VideoJob.id != failed.id))).one()
    assert {name: getattr(new, name) for name in found} == found
    assert (new.job_id, new.uploader_user_id, new.version) == (job.id, before.uploader_user_id, 1)
    assert (old.id, old.version, old.title) == (before.id, 4, "Mine")
    assert new.id != old.id


async def test_an_edit_that_is_under_way_is_taken_over(
    api: Api, database: Database, library: Library, failed: VideoJob
) -> None:
    metadata = await library.metadata(failed)
    async with asyncio.timeout(20), database.transaction() as session:
        held = await session.get_one(VideoMetadata, metadata.id, with_for_update=True)
        retrying = asyncio.create_task(retry(api, failed))
        while not await waits_for_a_lock(database):
            await asyncio.sleep(0.01)
        held.title, held.edited_fields = "Late", ["title"]
    await retrying
    async with database.transaction() as session:
        titles = await session.execute(select(VideoMetadata.title, VideoMetadata.edited_fields))
        assert [tuple(row) for row in titles] == [("Late", ["title"])] * 2


async def waits_for_a_lock(database: Database) -> bool:
    async with database.transaction() as session:
        return bool(await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


@pytest.mark.parametrize("status", [status for status in ProcessingStatus if status != ProcessingStatus.FAILED])
async def test_only_a_failed_job_is_retried(
    api: Api, database: Database, library: Library, video: Video, status: ProcessingStatus
) -> None:
    job = await library.job(video, status)
    assert await retry(api, job) == {
        "__typename": "JobStateError",
        "message": f"This job is {status}: only a FAILED one can be retried.",
        "job": {"id": f"job_{job.id.hex}", "status": status},
    }
    assert await queued(database) == []


@pytest.mark.parametrize("status", ProcessingStatus)
async def test_only_the_newest_job_is_retried(
    api: Api, library: Library, video: Video, failed: VideoJob, status: ProcessingStatus
) -> None:
    await library.job(video, status)
    result = await retry(api, failed)
    assert result["__typename"] == "JobStateError"
    assert result["message"] == f"This is not the video's newest job: that one is {status}."


async def test_of_many_at_once_one_makes_a_job(api: Api, database: Database, failed: VideoJob) -> None:
    results = await asyncio.gather(*(retry(api, failed) for _ in range(20)))
    kinds = sorted(result["__typename"] for result in results)
    assert kinds == ["JobStateError"] * 19 + ["RetryVideoJobSuccess"]
    assert len(await queued(database)) == 1
    async with database.transaction() as session:
        assert sorted(await session.scalars(select(VideoJob.attempt))) == [2, 3]


async def test_with_one_key_many_at_once_answer_the_same_job(api: Api, database: Database, failed: VideoJob) -> None:
    results = await asyncio.gather(*(retry(api, failed, "k") for _ in range(20)))
    assert {result["__typename"] for result in results} == {"RetryVideoJobSuccess"}
    assert [{result["job"]["id"]} for result in results] == [set(await queued(database))] * 20


async def test_a_stranger_finds_nothing(api: Api, database: Database, failed: VideoJob) -> None:
    result = await retry(api.signed_in(uuid4()), failed, "k")
    assert result == {
        "__typename": "NotFoundError",
        "id": f"job_{failed.id.hex}",
        "message": "No job of yours has this id.",
    }
    assert await queued(database) == []


async def test_a_malformed_id_is_bad_input(api: Api) -> None:
    for malformed in ("", "job_1", f"video_{uuid4().hex}", "job_\0", "😀" * 1000):
        assert (await api.error(RETRY, id=malformed))["extensions"]["code"] == "BAD_USER_INPUT"

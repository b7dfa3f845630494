"""Retrying: a failed job's video gets a new job, one at a time."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from database.engine import Database
from database.video import Video
from database.video_job import ProcessingStatus, VideoJob
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


@pytest.mark.parametrize("status", set(ProcessingStatus) - {ProcessingStatus.FAILED})
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

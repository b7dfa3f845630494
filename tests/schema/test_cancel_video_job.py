"""Canceling jobs that wait or run; what a running worker does about it is in tests/processing/test_cancel.py."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from database.engine import Database
from database.video_job import ProcessingStatus, StageStatus, VideoJob
from services.queue import enqueue_job
from tests.schema.test_retry_video_job import retry
from tests.support.api import Api
from tests.support.library import Library

CANCEL = """
mutation ($id: ID!) {
  cancelVideoJob(jobId: $id) {
    __typename
    ... on CancelVideoJobSuccess {
      job { id status errorCode errorMessage finishedAt processingStages { status message } }
    }
    ... on NotFoundError { id message }
    ... on JobStateError { message job { id status } }
  }
}
"""


async def cancel(api: Api, job: VideoJob) -> dict[str, Any]:
    result: dict[str, Any] = (await api.data(CANCEL, id=f"job_{job.id.hex}"))["cancelVideoJob"]
    return result


async def queued_job(library: Library, status: ProcessingStatus = ProcessingStatus.PENDING, **values: Any) -> VideoJob:
    job = await library.job(await library.video(), status, **values)
    async with library.database.transaction() as session:
        await enqueue_job(session, job.id)
    return job


async def entries(database: Database) -> int:
    async with database.transaction() as session:
        count: int = (await session.scalars(text("SELECT count(*) FROM pgqueuer"))).one()
        return count


async def test_a_waiting_job_fails_and_leaves_the_queue(api: Api, database: Database, library: Library) -> None:
    other = await queued_job(library)
    job = await queued_job(library)
    result = await cancel(api, job)
    assert result["__typename"] == "CancelVideoJobSuccess"
    assert (result["job"]["status"], result["job"]["errorCode"]) == ("FAILED", "CANCELED")
    assert result["job"]["errorMessage"]
    assert result["job"]["finishedAt"]
    assert {stage["status"] for stage in result["job"]["processingStages"]} == {"PENDING"}
    assert await entries(database) == 1
    await cancel(api, other)
    assert await entries(database) == 0


async def test_a_running_job_fails_with_the_stage_it_is_in(api: Api, library: Library) -> None:
    job = await queued_job(library, ProcessingStatus.PROCESSING)
    async with library.database.transaction() as session:
        held = await session.get_one(VideoJob, job.id)
        first, *rest = held.processing_stages
        held.processing_stages = [{**first, "status": StageStatus.RUNNING}, *rest]
    result = await cancel(api, job)
    first, *rest = result["job"]["processingStages"]
    assert first == {"status": "FAILED", "message": result["job"]["errorMessage"]}
    assert all(stage == {"status": "PENDING", "message": None} for stage in rest)


@pytest.mark.parametrize("status", [ProcessingStatus.COMPLETED, ProcessingStatus.FAILED])
async def test_a_job_that_has_ended_stays_as_it_is(api: Api, library: Library, status: ProcessingStatus) -> None:
    job = await library.job(await library.video(), status)
    assert await cancel(api, job) == {
        "__typename": "JobStateError",
        "message": f"This job has ended, it is {status}: there is nothing to cancel.",
        "job": {"id": f"job_{job.id.hex}", "status": status},
    }


async def test_of_many_at_once_one_cancels(api: Api, library: Library) -> None:
    job = await queued_job(library)
    results = await asyncio.gather(*(cancel(api, job) for _ in range(10)))
    assert sorted(result["__typename"] for result in results) == ["CancelVideoJobSuccess"] + ["JobStateError"] * 9


async def test_a_canceled_job_can_be_retried(api: Api, library: Library, database: Database) -> None:
    job = await queued_job(library)
    await cancel(api, job)
    assert (await retry(api, job))["job"]["attempt"] == 2
    assert await entries(database) == 1


async def test_a_stranger_finds_nothing(api: Api, database: Database, library: Library) -> None:
    job = await queued_job(library)
    assert (await cancel(api.signed_in(uuid4()), job))["__typename"] == "NotFoundError"
    assert await entries(database) == 1


async def test_a_malformed_id_is_bad_input(api: Api) -> None:
    for malformed in ("", "job_1", f"video_{uuid4().hex}", "job_\0", "😀" * 1000):
        assert (await api.error(CANCEL, id=malformed))["extensions"]["code"] == "BAD_USER_INPUT"

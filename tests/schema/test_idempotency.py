"""Calls that are sent again: with the same key they are done once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text, update

from database.engine import Database
from database.idempotency_key import IdempotencyKey
from database.video import Video
from database.video_job import ProcessingStatus, VideoJob
from services.idempotency import KEPT, forget_old_keys
from tests.schema.test_delete_video import delete
from tests.schema.test_retry_video_job import retry
from tests.schema.test_upload import create, send
from tests.support.api import Api
from tests.support.library import Library

COMPLETE = """
mutation ($id: ID!, $key: String) {
  completeVideoUpload(input: {videoId: $id, idempotencyKey: $key}) {
    __typename
    ... on CompleteVideoUploadSuccess { job { id } }
    ... on InvalidInputError { message issues { path message } }
    ... on NotFoundError { id }
  }
}
"""


async def complete(api: Api, created: dict[str, Any], key: str | None) -> dict[str, Any]:
    data = await api.data(COMPLETE, id=created["video"]["id"], key=key)
    result: dict[str, Any] = data["completeVideoUpload"]
    return result


async def count(database: Database, model: Any) -> int:
    async with database.transaction() as session:
        return (await session.scalars(select(func.count()).select_from(model))).one()


def key_of(created: dict[str, Any]) -> UUID:
    return UUID(created["video"]["id"].removeprefix("video_"))


async def test_forty_at_once_make_one_video(api: Api, database: Database) -> None:
    results = await asyncio.gather(*(create(api, idempotencyKey="k") for _ in range(40)))
    assert {result["__typename"] for result in results} == {"CreateVideoUploadSuccess"}
    assert len({result["video"]["id"] for result in results}) == 1
    assert await count(database, Video) == 1


async def test_the_same_upload_can_be_sent_by_the_second_answer(api: Api) -> None:
    first = await create(api, idempotencyKey="k")
    second = await create(api, idempotencyKey="k")
    assert second["video"]["id"] == first["video"]["id"]
    assert await send(api, second, b"bytes") == 201
    assert await send(api, first, b"bytes") == 409
    done = await complete(api, second, None)
    again = await create(api, idempotencyKey="k")
    assert again["video"]["id"] == first["video"]["id"]
    assert again["upload"]["url"]
    assert done["__typename"] == "CompleteVideoUploadSuccess"


@pytest.mark.parametrize("other", [{"originalFilename": "b"}, {"contentType": "video/webm"}, {"sizeBytes": 6}])
async def test_the_same_key_with_other_input_is_an_error(api: Api, database: Database, other: dict[str, Any]) -> None:
    await create(api, idempotencyKey="k")
    result = await create(api, idempotencyKey="k", **other)
    assert result["__typename"] == "InvalidInputError"
    (issue,) = result["issues"]
    assert issue["path"] == ["idempotencyKey"]
    assert "used for another call" in issue["message"]
    assert await count(database, Video) == 1


async def test_the_same_key_for_another_operation_is_an_error(api: Api, library: Library) -> None:
    created = await create(api, idempotencyKey="k")
    await send(api, created, b"bytes")
    assert (await complete(api, created, "k"))["issues"][0]["path"] == ["idempotencyKey"]
    failed = await library.job(await library.video(), ProcessingStatus.FAILED)
    assert (await retry(api, failed, "k"))["issues"] == [{"path": ["idempotencyKey"]}]
    assert (await retry(api, failed, "another"))["__typename"] == "RetryVideoJobSuccess"


async def test_without_a_key_or_with_another_each_call_makes_a_video(api: Api, database: Database) -> None:
    for key in (None, None, "a", "b"):
        await create(api, idempotencyKey=key)
    await create(api)
    assert await count(database, Video) == 5


async def test_a_key_belongs_to_its_user(api: Api, database: Database) -> None:
    other = await create(api.signed_in(uuid4()), idempotencyKey="k", sizeBytes=7)
    assert other["__typename"] == "CreateVideoUploadSuccess"
    assert (await create(api, idempotencyKey="k"))["__typename"] == "CreateVideoUploadSuccess"
    assert await count(database, Video) == 2


async def test_a_call_that_failed_has_not_used_its_key(api: Api, database: Database, library: Library) -> None:
    assert (await create(api, idempotencyKey="k", sizeBytes=0))["__typename"] == "InvalidInputError"
    created = await create(api, idempotencyKey="k")
    assert (await complete(api, created, "c"))["__typename"] == "UploadIncompleteError"
    await send(api, created, b"bytes")
    assert (await complete(api, created, "c"))["__typename"] == "CompleteVideoUploadSuccess"
    job = await library.job(await library.video())
    assert (await retry(api, job, "r"))["__typename"] == "JobStateError"
    assert await count(database, IdempotencyKey) == 2


async def test_completing_again_answers_the_first_job_though_there_is_a_newer_one(api: Api, database: Database) -> None:
    created = await create(api)
    await send(api, created, b"bytes")
    results = await asyncio.gather(*(complete(api, created, "k") for _ in range(20)))
    (job_id,) = {result["job"]["id"] for result in results}
    async with database.transaction() as session:
        job = (await session.scalars(select(VideoJob))).one()
        job.status, job.error_code, job.finished_at = ProcessingStatus.FAILED, "TIMED_OUT", job.created_at
    newer = (await retry(api, job, "r"))["job"]["id"]
    assert (await complete(api, created, "k"))["job"]["id"] == job_id
    assert (await complete(api, created, None))["job"]["id"] == newer
    assert (await retry(api, job, "r"))["job"]["id"] == newer
    async with database.transaction() as session:
        assert (await session.scalars(text("SELECT count(*) FROM pgqueuer"))).one() == 2


async def test_a_key_does_not_bring_back_what_was_deleted(api: Api, database: Database) -> None:
    created = await create(api, idempotencyKey="k")
    await send(api, created, b"bytes")
    await complete(api, created, "c")
    await delete(api, key_of(created))
    again = await create(api, idempotencyKey="k")
    assert again["__typename"] == "InvalidInputError"
    assert "deleted since" in again["message"]
    assert (await complete(api, created, "c"))["__typename"] == "NotFoundError"
    assert await count(database, Video) == 0


@pytest.mark.parametrize("key", ["k", " ", "😀" * 255, "'; DROP TABLE videos; --", "\r\n\t", "\ue000"])
async def test_any_text_is_a_key(api: Api, key: str) -> None:
    first, second = await create(api, idempotencyKey=key), await create(api, idempotencyKey=key)
    assert first["video"]["id"] == second["video"]["id"]


@pytest.mark.parametrize("key", ["", "x" * 256, "a\0b"])
async def test_what_is_no_key_is_named(api: Api, library: Library, key: str) -> None:
    results = [
        await create(api, idempotencyKey=key),
        await complete(api, {"video": {"id": f"video_{uuid4().hex}"}}, key),
        await retry(api, await library.job(await library.video(), ProcessingStatus.FAILED), key),
    ]
    assert [[issue["path"] for issue in result["issues"]] for result in results] == [[["idempotencyKey"]]] * 3
    both = await create(api, idempotencyKey=key, sizeBytes=0)
    assert [issue["path"] for issue in both["issues"]] == [["sizeBytes"], ["idempotencyKey"]]


async def test_keys_are_forgotten_when_they_are_old(api: Api, database: Database) -> None:
    first = await create(api, idempotencyKey="k")
    await forget_old_keys(database)
    assert (await create(api, idempotencyKey="k"))["video"]["id"] == first["video"]["id"]
    async with database.transaction() as session:
        created_at = IdempotencyKey.created_at - KEPT - timedelta(seconds=1)
        await session.execute(update(IdempotencyKey).values(created_at=created_at))
    await forget_old_keys(database)
    assert (await create(api, idempotencyKey="k"))["video"]["id"] != first["video"]["id"]

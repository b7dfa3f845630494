"""Uploading through the contract: announce, send, complete; and whatever else may happen."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select, text

from database.engine import Database
from database.video_job import VideoJob
from server.settings import Settings
from tests.support.api import Api

CREATE = """
mutation ($input: CreateVideoUploadInput!) {
  createVideoUpload(input: $input) {
    __typename
    ... on CreateVideoUploadSuccess {
      video { id originalFilename storagePath contentType sizeBytes status downloadUrl }
      upload { url method headers { name value } expiresAt }
    }
    ... on InvalidInputError { message issues { path message } }
  }
}
"""
COMPLETE = """
mutation ($id: ID!) {
  completeVideoUpload(input: {videoId: $id}) {
    __typename
    ... on CompleteVideoUploadSuccess { video { status downloadUrl jobs { nodes { id } } } job { id status progress } }
    ... on UploadIncompleteError { message receivedBytes expectedBytes }
  }
}
"""


async def create(api: Api, **given: Any) -> dict[str, Any]:
    announced = {"originalFilename": "clip.mp4", "contentType": "video/mp4", "sizeBytes": 5, **given}
    result: dict[str, Any] = (await api.data(CREATE, input=announced))["createVideoUpload"]
    return result


async def complete(api: Api, created: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = (await api.data(COMPLETE, id=created["video"]["id"]))["completeVideoUpload"]
    return result


async def send(api: Api, created: dict[str, Any], content: bytes) -> int:
    upload = created["upload"]
    headers = {header["name"]: header["value"] for header in upload["headers"]}
    response = await api.http.request(upload["method"], upload["url"], content=content, headers=headers)
    return response.status_code


async def test_announce_send_complete(api: Api, database: Database) -> None:
    created = await create(api, originalFilename="../../etc/passwd\r\n.mp4")
    assert created["video"]["originalFilename"] == "../../etc/passwd\r\n.mp4"
    assert created["video"]["storagePath"] == f"videos/{created['video']['id'].removeprefix('video_')}/original"
    assert (created["video"]["status"], created["video"]["downloadUrl"]) == (None, None)
    assert await send(api, created, b"bytes") == 201
    completed = await complete(api, created)
    assert completed["job"]["status"] == completed["video"]["status"] == "PENDING"
    assert completed["job"]["progress"] == 0
    assert completed["video"]["jobs"]["nodes"] == [{"id": completed["job"]["id"]}]
    assert (await api.http.get(completed["video"]["downloadUrl"])).content == b"bytes"
    async with database.transaction() as session:
        queued = (await session.execute(text("SELECT payload FROM pgqueuer"))).scalars().all()
    assert [payload.hex() for payload in queued] == [completed["job"]["id"].removeprefix("job_")]


async def test_completing_again_answers_the_same_job(api: Api, database: Database) -> None:
    created = await create(api)
    await send(api, created, b"bytes")
    results = await asyncio.gather(*(complete(api, created) for _ in range(5)))
    assert len({result["job"]["id"] for result in results}) == 1
    async with database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(VideoJob)) == 1
        assert await session.scalar(text("SELECT count(*) FROM pgqueuer")) == 1


async def test_completing_too_early_says_how_much_is_missing(api: Api) -> None:
    created = await create(api)
    result = await complete(api, created)
    assert result["__typename"] == "UploadIncompleteError"
    assert (result["receivedBytes"], result["expectedBytes"]) == (0, 5)
    assert result["message"].startswith("0 of 5 bytes have arrived.")
    await send(api, created, b"bytes")
    assert (await complete(api, created))["__typename"] == "CompleteVideoUploadSuccess"


@pytest.mark.parametrize("content", [b"", b"byte", b"bytes!"])
async def test_a_file_of_another_size_leaves_nothing_that_lies(api: Api, settings: Settings, content: bytes) -> None:
    created = await create(api)
    assert await send(api, created, content) in {400, 413}
    assert (await complete(api, created))["receivedBytes"] == 0
    assert [path for path in (settings.data / "files").rglob("*") if path.is_file()] == []


async def test_sending_twice_is_refused_and_changes_nothing(api: Api) -> None:
    created = await create(api)
    assert await send(api, created, b"bytes") == 201
    assert await send(api, created, b"other") == 409
    completed = await complete(api, created)
    assert (await api.http.get(completed["video"]["downloadUrl"])).content == b"bytes"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"originalFilename": ""}, "originalFilename"),
        ({"originalFilename": "a\0b"}, "originalFilename"),
        ({"originalFilename": "x" * 1025}, "originalFilename"),
        ({"contentType": "video"}, "contentType"),
        ({"contentType": "video/mp4\r\nX: y"}, "contentType"),
        ({"contentType": ""}, "contentType"),
        ({"contentType": 'video/mp4; a="\0"'}, "contentType"),
        ({"contentType": 'video/mp4; a="☃"'}, "contentType"),
        ({"sizeBytes": 0}, "sizeBytes"),
        ({"sizeBytes": -1}, "sizeBytes"),
        ({"sizeBytes": 10 * 1024**3 + 1}, "sizeBytes"),
    ],
)
async def test_what_is_not_taken_is_named(api: Api, given: dict[str, Any], path: str) -> None:
    result = await create(api, **given)
    assert result["__typename"] == "InvalidInputError"
    assert [issue["path"] for issue in result["issues"]] == [[path]]
    assert path in result["message"]
    assert (await api.run("Viewer"))["viewer"]["videoCount"] == 0

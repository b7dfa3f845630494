"""With files in an object store: from createVideoUpload to the thumbnail, straight to the store and from it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from database.engine import Database
from processing.media import Limits
from processing.pipeline import Pipeline
from processing.providers import embedded_providers
from schema.ids import Kind, decode_as
from server.demo.clips import CLIPS
from server.settings import Settings
from server.stores import open_storage
from services.storage import Storage
from tests.support.api import Api
from tests.support.object_store import CREDENTIALS, ObjectStore
from tests.support.processes import run_reelgraph

CREATE = """
mutation ($input: CreateVideoUploadInput!) {
  createVideoUpload(input: $input) {
    __typename
    ... on CreateVideoUploadSuccess {
      video { id storagePath }
      upload { url method headers { name value } }
    }
    ... on InvalidInputError { issues { path message } }
  }
}
"""
COMPLETE = """
mutation ($id: ID!) {
  completeVideoUpload(input: {videoId: $id}) {
    __typename
    ... on CompleteVideoUploadSuccess { video { downloadUrl } job { id } }
    ... on UploadIncompleteError { receivedBytes expectedBytes }
    ... on InvalidInputError { issues { path message } }
  }
}
"""


@pytest.fixture
def bucket(object_store: ObjectStore) -> str:
    return object_store.bucket()


@pytest.fixture
def settings(tmp_path: Path, object_store: ObjectStore, bucket: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return Settings(data=tmp_path / "data", storage_url=object_store.url(bucket))


@pytest.fixture
def storage(settings: Settings) -> Storage:
    return open_storage(settings)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as http:
        yield http


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A video of two seconds."""
    (card,) = (clip for clip in CLIPS if clip.filename == "Test card 1080p.mov")
    return card.write(tmp_path_factory.mktemp("clips")).read_bytes()


async def create(api: Api, **given: Any) -> dict[str, Any]:
    announced = {"originalFilename": "Film.mov", "contentType": "video/quicktime", "sizeBytes": 5, **given}
    result: dict[str, Any] = (await api.data(CREATE, input=announced))["createVideoUpload"]
    return result


async def send(http: httpx.AsyncClient, created: dict[str, Any], content: bytes, **changed: str) -> int:
    upload = created["upload"]
    headers = {header["name"]: header["value"] for header in upload["headers"]} | changed
    return (await http.request(upload["method"], upload["url"], content=content, headers=headers)).status_code


async def complete(api: Api, created: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = (await api.data(COMPLETE, id=created["video"]["id"]))["completeVideoUpload"]
    return result


async def test_the_whole_way(
    *,
    api: Api,
    http: httpx.AsyncClient,
    database: Database,
    storage: Storage,
    film: bytes,
    object_store: ObjectStore,
    bucket: str,
) -> None:
    created = await create(api, sizeBytes=len(film))
    assert created["upload"]["url"].startswith(f"{object_store.endpoint}/{bucket}/library/incoming/videos/")
    assert await send(http, created, film) == 200
    done = await complete(api, created)
    assert await send(http, created, film[::-1]) == 200, "the link is good for its hour"
    job_id = decode_as(Kind.JOB, done["job"]["id"], argument="id")
    await Pipeline(database, storage, Limits(wall_seconds=60), embedded_providers()).process(job_id)
    job = (await api.run("VideoJobWithDetails", id=done["job"]["id"]))["videoJob"]
    assert job
    assert (job["status"], job["errorMessage"]) == ("COMPLETED", None)
    assert job["metadata"]
    assert job["metadata"]["extractedVideoResolution"] == "1920x1080"
    original = await http.get(done["video"]["downloadUrl"])
    assert original.content == film
    assert original.headers["content-type"] == "video/quicktime"
    assert 'filename="Film.mov"' in original.headers["content-disposition"]
    url = job["metadata"]["thumbnailFileUrl"]
    assert url
    whole, part = await http.get(url), await http.get(url, headers={"Range": "bytes=0-1"})
    assert (whole.headers["content-type"], whole.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert (part.status_code, part.content) == (206, b"\xff\xd8")
    await api.run("DeleteVideo", videoId=created["video"]["id"])
    assert object_store.keys(bucket) == [], "nor is there what came late"


async def test_another_size_is_told_of(api: Api, http: httpx.AsyncClient) -> None:
    created = await create(api)
    missing = await complete(api, created)
    assert missing == {"__typename": "UploadIncompleteError", "receivedBytes": 0, "expectedBytes": 5}
    assert await send(http, created, b"too long") == 200
    assert (await complete(api, created))["receivedBytes"] == 8
    assert await send(http, created, b"bytes") == 200
    assert (await complete(api, created))["__typename"] == "CompleteVideoUploadSuccess"


async def test_another_type_is_told_of(api: Api, http: httpx.AsyncClient) -> None:
    created = await create(api)
    assert await send(http, created, b"bytes", **{"Content-Type": "text/html"}) == 200
    refused = await complete(api, created)
    assert refused["__typename"] == "InvalidInputError"
    [issue] = refused["issues"]
    assert issue["path"] == ["videoId"]
    assert "'text/html'" in issue["message"]
    assert "Send the headers that came with the upload link" in issue["message"]


async def test_a_file_that_the_store_does_not_take_at_once_is_refused(api: Api) -> None:
    largest = 5 * 1024**3
    assert (await create(api, sizeBytes=largest))["__typename"] == "CreateVideoUploadSuccess"
    refused = await create(api, sizeBytes=largest + 1)
    message = "is 5,368,709,121; this server takes videos of up to 5,368,709,120 bytes"
    assert refused["issues"] == [{"path": ["sizeBytes"], "message": message}]


async def test_an_outage_passes(api: Api, http: httpx.AsyncClient, object_store: ObjectStore) -> None:
    created = await create(api)
    await send(http, created, b"bytes")
    with object_store.outage():
        error = await api.error(COMPLETE, id=created["video"]["id"])
        assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
        assert (await create(api))["__typename"] == "CreateVideoUploadSuccess", "links are made without the store"
    assert (await complete(api, created))["__typename"] == "CompleteVideoUploadSuccess"


async def test_our_server_has_no_routes_for_files(api: Api) -> None:
    assert (await api.http.put("/uploads/x", content=b"x")).status_code == 404
    assert (await api.http.get("/files/x")).status_code == 404


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_missing_bucket_is_one_line_at_the_start(
    process_env: dict[str, str], object_store: ObjectStore, command: str
) -> None:
    env = {**process_env, **CREDENTIALS, "REELGRAPH_STORAGE_URL": object_store.url("nowhere")}
    result = run_reelgraph(command, env=env)
    error, hint = result.stderr.strip().splitlines()[-2:]
    assert result.returncode == 1
    assert error == "error: s3://nowhere/library can't be used: there is no such bucket or container."
    assert hint.startswith("hint: Check REELGRAPH_STORAGE_URL")
    assert "Traceback" not in result.stderr

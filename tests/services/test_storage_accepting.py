"""What clients do with an object store by the links that they are given, and how what they send is accepted."""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import httpx
import pytest

from services.storage import ContentTypeMismatchError, ObjectStorage, UploadIncompleteError, UploadTarget
from tests.support.object_store import ObjectStore

PATH = "videos/0198c1/original"
FILM = os.urandom(100_000)
HOUR = timedelta(hours=1)


@pytest.fixture
def storage(object_storage: ObjectStorage) -> ObjectStorage:
    return object_storage


def target_of(storage: ObjectStorage, **given: Any) -> UploadTarget:
    return storage.upload_target(PATH, **{"content_type": "video/mp4", "size_bytes": len(FILM), **given})


async def send(
    target: UploadTarget, content: bytes = FILM, *, headers: Mapping[str, str] = MappingProxyType({})
) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.request(target.method, target.url, content=content, headers={**target.headers, **headers})


async def fetch(url: str) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.get(url)


async def accept(storage: ObjectStorage, content_type: str = "video/mp4") -> None:
    await storage.accept_upload(PATH, content_type=content_type, size_bytes=len(FILM))


async def content(storage: ObjectStorage, path: str) -> bytes:
    return b"".join([block async for block in storage.read(path)])


async def test_a_client_sends_straight_to_the_store(
    storage: ObjectStorage, object_store: ObjectStore, bucket: str
) -> None:
    target = target_of(storage, filename="Ferien „Süd“.mp4")
    assert target.url.startswith(f"{object_store.endpoint}/{bucket}/library/incoming/{PATH}?")
    assert abs(target.expires_at - datetime.now(UTC) - HOUR) < timedelta(seconds=5)
    assert (await send(target)).status_code == 200
    assert await storage.size(PATH) is None
    await accept(storage)
    assert await content(storage, PATH) == FILM
    assert object_store.keys(bucket) == [f"library/{PATH}"]
    await accept(storage)  # again, as when the first answer was lost


async def test_a_download_link_leads_straight_to_the_store(storage: ObjectStorage) -> None:
    await send(target_of(storage, filename="Ferien.mp4"))
    await accept(storage)
    url = storage.download_url(PATH, content_type="video/mp4", filename="Ferien.mp4")
    async with httpx.AsyncClient() as http:
        whole, part = await http.get(url), await http.get(url, headers={"Range": "bytes=10-19"})
        assert (await http.put(url, content=b"x")).status_code == 403
        assert (await http.get(url.replace("original", "other"))).status_code == 403
    assert (whole.status_code, whole.content) == (200, FILM)
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["content-disposition"] == "inline; filename=\"Ferien.mp4\"; filename*=UTF-8''Ferien.mp4"
    assert (part.status_code, part.content) == (206, FILM[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(FILM)}"


def test_download_links_are_equal_for_a_while(storage: ObjectStorage) -> None:
    urls = [storage.download_url(PATH, content_type="video/mp4") for _ in range(2)]
    assert urls[0] == urls[1] or time.time() % 1800 < 1
    seconds = int(httpx.URL(urls[1]).params["X-Amz-Expires"])
    assert 1800 <= seconds <= 3601


def test_a_link_costs_little(storage: ObjectStorage) -> None:
    started = time.perf_counter()
    for number in range(1000):
        storage.download_url(f"videos/{number}/original", content_type="video/mp4")
    assert time.perf_counter() - started < 1


async def test_nothing_sent_later_changes_what_was_accepted(storage: ObjectStorage) -> None:
    target = target_of(storage)
    await send(target)
    await accept(storage)
    assert (await send(target, FILM[::-1])).status_code == 200
    assert await content(storage, PATH) == FILM
    await accept(storage)
    assert await content(storage, PATH) == FILM


async def test_what_is_sent_while_it_is_accepted_is_found_out(
    storage: ObjectStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = target_of(storage)
    await send(target)
    require, checked = storage._require, []

    async def require_and_be_overtaken(path: str, *expected: Any) -> None:
        await require(path, *expected)
        checked.append(path)
        if path.startswith("incoming/"):
            await send(target, b"<script>", headers={"Content-Type": "text/html"})

    monkeypatch.setattr(storage, "_require", require_and_be_overtaken)
    with pytest.raises(UploadIncompleteError, match="8 of the 100000"):
        await accept(storage)
    assert checked == [f"incoming/{PATH}"]
    assert await storage.size(PATH) is None


@pytest.mark.parametrize("size", [0, len(FILM) - 1, len(FILM) + 1])
async def test_another_size_is_not_accepted(storage: ObjectStorage, size: int) -> None:
    target = target_of(storage)
    await send(target, (FILM + b"x")[:size])
    with pytest.raises(UploadIncompleteError) as caught:
        await accept(storage)
    assert (caught.value.received_bytes, caught.value.expected_bytes) == (size, len(FILM))
    assert await storage.size(PATH) is None
    await send(target)
    await accept(storage)  # sent again, it is


async def test_what_was_never_sent_is_not_accepted(storage: ObjectStorage) -> None:
    with pytest.raises(UploadIncompleteError, match="0 of the 100000"):
        await accept(storage)


@pytest.mark.parametrize(
    "headers",
    [{"Content-Type": "text/html"}, {"Content-Type": "video/mp4, text/html"}, {"Content-Encoding": "gzip"}],
)
async def test_another_type_is_not_accepted(storage: ObjectStorage, headers: dict[str, str]) -> None:
    await send(target_of(storage), headers=headers)
    with pytest.raises(ContentTypeMismatchError, match="'video/mp4'"):
        await accept(storage)
    assert await storage.size(PATH) is None


@pytest.mark.parametrize(
    ("announced", "sent"),
    [
        ("Video/MP4; codecs=av1", "video/mp4"),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
    ],
)
async def test_only_harmless_types_are_shown(storage: ObjectStorage, announced: str, sent: str) -> None:
    target = target_of(storage, content_type=announced, filename="x")
    assert target.headers["Content-Type"] == sent
    await send(target)
    await accept(storage, announced)
    response = await fetch(storage.download_url(PATH, content_type=announced))
    assert response.headers["content-type"] == sent
    kind = response.headers["content-disposition"].partition(";")[0]
    assert kind == ("inline" if sent == "video/mp4" else "attachment")


async def test_results_have_the_type_they_are_put_with(storage: ObjectStorage) -> None:
    await storage.put("videos/0198c1/still", b"still", content_type="image/jpeg")
    await storage.put("videos/0198c1/unknown", b"?")
    for name, sent in {"still": "image/jpeg", "unknown": "application/octet-stream"}.items():
        response = await fetch(storage.download_url(f"videos/0198c1/{name}", content_type="text/html"))
        assert response.headers["content-type"] == sent


async def test_an_upload_link_allows_nothing_else(storage: ObjectStorage) -> None:
    await storage.put(PATH, FILM)
    target = target_of(storage)
    async with httpx.AsyncClient(headers=target.headers) as http:
        for method in ("GET", "HEAD", "DELETE", "POST"):
            assert (await http.request(method, target.url)).status_code == 403
        assert (await http.put(target.url.replace("incoming/", ""), content=b"x")).status_code == 403
        assert (await http.put(target.url, content=b"x", headers={"x-amz-acl": "public-read"})).status_code == 403
    assert await content(storage, PATH) == FILM


async def test_expired_links_are_refused(storage_in_bucket: Callable[..., ObjectStorage]) -> None:
    storage = storage_in_bucket(lifetime=timedelta(seconds=1))
    await storage.put(PATH, FILM)
    target, url = target_of(storage), storage.download_url(PATH, content_type="video/mp4")
    assert (await fetch(url)).status_code == 200
    await asyncio.sleep(2.1)
    assert (await fetch(url)).status_code == 403
    assert (await send(target)).status_code == 403
    assert (await fetch(storage.download_url(PATH, content_type="video/mp4"))).status_code == 200

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from database.errors import ReelgraphError
from server.client import Client
from tests.support.processes import wait_until_ready
from tests.support.small_disk import can_have_small_disks, on_small_disk
from tests.support.upload_site import FILM, MIB, PATH, UploadSite, storage_in


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(headers={"Content-Type": "video/mp4"}, timeout=10) as client:
        yield client


async def streamed(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def code_of(response: httpx.Response) -> str:
    error = response.json()["error"]
    assert error["message"]
    assert error["hint"]
    return str(error["code"])


@pytest.mark.parametrize("with_length", [True, False])
async def test_a_file_is_stored_whole(site: UploadSite, client: httpx.AsyncClient, with_length: bool) -> None:
    response = await client.put(site.upload_url(), content=FILM if with_length else streamed(FILM[:9], FILM[9:]))
    assert (response.status_code, response.json()) == (201, {"receivedBytes": len(FILM)})
    assert await site.stored() == FILM
    assert len(site.left()) == 1


async def test_a_second_upload_is_refused(site: UploadSite, client: httpx.AsyncClient) -> None:
    url = site.upload_url()
    assert (await client.put(url, content=FILM)).status_code == 201
    response = await client.put(url, content=FILM[::-1])
    assert (response.status_code, code_of(response)) == (409, "ALREADY_UPLOADED")
    assert await site.stored() == FILM


async def test_of_simultaneous_uploads_one_is_stored(site: UploadSite, client: httpx.AsyncClient) -> None:
    url = site.upload_url(2 * MIB)
    both_begun = asyncio.Barrier(2)

    async def film(letter: bytes) -> AsyncIterator[bytes]:
        yield letter * MIB
        await both_begun.wait()
        yield letter * MIB

    answers = await asyncio.gather(*(client.put(url, content=film(letter)) for letter in (b"a", b"b")))
    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [201, 409]
    assert await site.stored() == (b"a", b"b")[statuses.index(201)] * 2 * MIB


async def test_an_altered_link_is_forbidden(site: UploadSite, client: httpx.AsyncClient) -> None:
    download = site.storage.download_url(PATH, content_type="video/mp4").replace("/files/", "/uploads/")
    for url in (site.upload_url() + "x", download):
        response = await client.put(url, content=FILM)
        assert (response.status_code, code_of(response)) == (403, "LINK_INVALID")
    assert site.left() == []


async def test_an_expired_link_says_when_and_what_to_do(site: UploadSite, client: httpx.AsyncClient) -> None:
    past = replace(site, storage=storage_in(site.root, site.port, timedelta(seconds=-10)))
    target = past.storage.upload_target(PATH, content_type="video/mp4", size_bytes=4)
    response = await client.put(target.url, content=b"film")
    assert (response.status_code, code_of(response)) == (410, "LINK_EXPIRED")
    assert f"{target.expires_at:%Y-%m-%dT%H:%M:%SZ}" in response.json()["error"]["message"]
    assert response.json()["error"]["hint"] == "Create a new upload."


@pytest.mark.parametrize("content_type", ["video/webm", "", "text/html\tx"])
async def test_another_type_is_refused(site: UploadSite, client: httpx.AsyncClient, content_type: str) -> None:
    response = await client.put(site.upload_url(), content=FILM, headers={"Content-Type": content_type})
    assert (response.status_code, code_of(response)) == (415, "CONTENT_TYPE_MISMATCH")


async def test_the_type_is_compared_without_case(site: UploadSite, client: httpx.AsyncClient) -> None:
    response = await client.put(site.upload_url(), content=FILM, headers={"Content-Type": "Video/MP4"})
    assert response.status_code == 201


async def test_a_chunked_body_may_not_be_larger(site: UploadSite, client: httpx.AsyncClient) -> None:
    response = await client.put(site.upload_url(len(FILM) - 1), content=streamed(FILM))
    assert (response.status_code, code_of(response)) == (413, "UPLOAD_TOO_LARGE")
    assert site.left() == []


@pytest.mark.parametrize("with_length", [True, False])
async def test_a_body_may_not_be_shorter(site: UploadSite, client: httpx.AsyncClient, with_length: bool) -> None:
    response = await client.put(site.upload_url(len(FILM) + 1), content=FILM if with_length else streamed(FILM))
    assert (response.status_code, code_of(response)) == (400, "UPLOAD_INCOMPLETE")
    assert response.elapsed < timedelta(seconds=2)
    assert await site.stored() is None


@pytest.mark.parametrize(("length", "status"), [(len(FILM) + 1, b"413"), (len(FILM) - 1, b"400")])
async def test_the_announced_length_alone_is_enough_to_refuse(site: UploadSite, length: int, status: bytes) -> None:
    reader, writer = await site.connect(f"Content-Length: {length}", "Expect: 100-continue", url=site.upload_url())
    answer = await reader.readuntil(b"}}")
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"connection: close" in answer.lower()
    writer.close()
    await writer.wait_closed()


async def test_a_client_that_asks_first_is_told_to_continue(site: UploadSite) -> None:
    reader, writer = await site.connect(
        f"Content-Length: {len(FILM)}", "Expect: 100-continue", "Connection: close", url=site.upload_url()
    )
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(FILM)
    assert (await reader.read()).startswith(b"HTTP/1.1 201")
    writer.close()
    await writer.wait_closed()
    assert await site.stored() == FILM


@pytest.mark.parametrize("with_length", [True, False])
async def test_a_client_that_sends_on_gets_its_answer(
    site: UploadSite, client: httpx.AsyncClient, with_length: bool
) -> None:
    async def film() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield bytes(MIB)

    headers = {"Content-Length": str(40 * MIB)} if with_length else {}
    response = await client.put(site.upload_url(5 * MIB), content=film(), headers=headers)
    assert (response.status_code, code_of(response)) == (413, "UPLOAD_TOO_LARGE")
    assert site.left() == []


async def test_a_client_that_reads_last_is_not_reset(site: UploadSite) -> None:
    reader, writer = await site.connect(f"Content-Length: {30 * MIB}", url=site.upload_url(5))
    for _ in range(30):
        writer.write(bytes(MIB))
        await writer.drain()
    answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 413")
    assert answer.endswith(b"}}")
    writer.close()
    await writer.wait_closed()


async def test_other_methods_are_not_allowed(site: UploadSite, client: httpx.AsyncClient) -> None:
    for method in ("GET", "POST", "DELETE"):
        assert (await client.request(method, site.upload_url())).status_code == 405


async def test_browsers_may_upload_from_any_origin(site: UploadSite, client: httpx.AsyncClient) -> None:
    origin = {"Origin": "http://localhost:5173"}
    asked = origin | {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
    preflight = await client.options(site.upload_url(), headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-methods"] == "PUT, HEAD, PATCH"
    assert preflight.headers["access-control-allow-headers"] == "Content-Type, Upload-Offset, Upload-Complete"
    assert "access-control-allow-credentials" not in preflight.headers
    for url in (site.upload_url(), site.upload_url() + "x"):
        response = await client.put(url, content=FILM, headers=origin)
        assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.skipif(not can_have_small_disks(), reason="no file systems of our own on this machine")
async def test_a_full_disk_is_told_of(process_env: dict[str, str], token: str, tmp_path: Path) -> None:
    disk, large, small = tmp_path / "disk", tmp_path / "large.mp4", tmp_path / "small.mp4"
    disk.mkdir()
    large.write_bytes(bytes(20 * MIB))
    small.write_bytes(bytes(7 * MIB))
    env = {**os.environ, **process_env, "REELGRAPH_STORAGE_URL": disk.as_uri()}
    url = f"http://127.0.0.1:{process_env['REELGRAPH_PORT']}"
    command = on_small_disk(disk, sys.executable, "-m", "server", "serve")
    process = await asyncio.create_subprocess_exec(*command, env=env)
    try:
        await asyncio.to_thread(wait_until_ready, url)
        async with Client(url, token) as client:
            with pytest.raises(ReelgraphError, match=r"HTTP 507.*STORAGE_FULL.*no space is left"):
                await client.upload(large)
            await client.upload(small)  # for which there is space, because nothing is left of the other
    finally:
        process.terminate()
        await process.wait()

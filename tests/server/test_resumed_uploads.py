"""Uploads whose connections are lost: what has come is kept, and the rest is sent."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest

from services.storage.draft_writer import BATCH_BYTES
from tests.support.upload_site import MIB, PATH, STALL_SECONDS, UploadSite

FILM = os.urandom(20 * MIB)
HALF = len(FILM) // 2
# What is not written yet when a connection is lost.
LEAST = HALF - BATCH_BYTES


@pytest.fixture
def url(site: UploadSite) -> str:
    return site.upload_url(len(FILM))


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(headers={"Content-Type": "application/partial-upload"}, timeout=10) as client:
        yield client


async def offset_at(client: httpx.AsyncClient, url: str) -> int:
    answer = await client.head(url)
    assert answer.status_code == 204
    return int(answer.headers["upload-offset"])


async def half_received(client: httpx.AsyncClient, url: str) -> int:
    """From where on to send, when that half of the film has come which was sent."""
    async with asyncio.timeout(5):
        while (offset := await offset_at(client, url)) < LEAST:
            await asyncio.sleep(0.01)  # the server tells nobody when it has written
    return offset


async def rest_from(client: httpx.AsyncClient, url: str, offset: int) -> httpx.Response:
    return await client.patch(url, content=FILM[offset:], headers={"Upload-Offset": str(offset)})


async def break_off(site: UploadSite, url: str, start: int, end: int, ending: str) -> None:
    """Send a part of what is announced."""
    headers = [f"Content-Length: {len(FILM) - start}", f"Upload-Offset: {start}"]
    reader, writer = await site.connect(*headers, url=url, method="PATCH" if start else "PUT")
    writer.write(FILM[start:end])
    await writer.drain()
    if ending == "reset":
        writer.transport.abort()
    elif ending == "half-close":
        writer.write_eof()
        await reader.read()
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


@pytest.mark.parametrize("ending", ["close", "half-close", "reset"])
async def test_the_rest_of_a_file_is_sent_as_often_as_its_connection_is_lost(
    site: UploadSite, client: httpx.AsyncClient, url: str, ending: str
) -> None:
    drawn, offset = random.Random(ending), 0
    for _ in range(10):
        await break_off(site, url, offset, drawn.randint(offset, len(FILM) - 1), ending)
        # What is still on its way is nobody's to wait for: a client goes on from what has come by now.
        now = await offset_at(client, url)
        assert now >= offset
        offset = now
    answer = await rest_from(client, url, offset)
    assert (answer.status_code, answer.json()) == (201, {"receivedBytes": len(FILM)})
    assert await site.stored() == FILM
    assert await becomes_clean(site)


async def becomes_clean(site: UploadSite) -> bool:
    """Connections that only their clients know to be lost are let go before long."""
    async with asyncio.timeout(10 * STALL_SECONDS):
        while len(site.left()) > 1:  # the file
            await asyncio.sleep(0.02)
    return True


async def test_what_came_is_kept_and_told_of(site: UploadSite, client: httpx.AsyncClient, url: str) -> None:
    before = await client.head(url)
    assert (before.headers["upload-offset"], before.headers["upload-complete"]) == ("0", "?0")
    assert before.headers["upload-length"] == str(len(FILM))
    assert before.headers["cache-control"] == "no-store"

    await break_off(site, url, 0, HALF, "close")
    offset = await half_received(client, url)
    assert (await rest_from(client, url, offset)).status_code == 201

    after = await client.head(url)
    assert (after.headers["upload-offset"], after.headers["upload-complete"]) == (str(len(FILM)), "?1")
    # The answer was lost, the client asks for the rest, which is none.
    again = await rest_from(client, url, len(FILM))
    assert (again.status_code, again.json()["error"]["code"]) == (409, "ALREADY_UPLOADED")


async def test_nobody_waits_for_a_connection_that_only_the_client_knows_to_be_lost(
    site: UploadSite, client: httpx.AsyncClient, url: str
) -> None:
    answers, lost = await site.connect(f"Content-Length: {len(FILM)}", url=url)
    lost.write(FILM[:HALF])
    await lost.drain()
    async with asyncio.timeout(STALL_SECONDS):
        offset = await half_received(client, url)
        assert (await rest_from(client, url, offset)).status_code == 201
    # What it sends then changes nothing.
    lost.write(bytes(len(FILM) - HALF))
    assert b" 409 " in await answers.readline()
    lost.close()
    assert await site.stored() == FILM
    assert await becomes_clean(site)


async def test_a_stalled_client_is_let_go_and_may_go_on(site: UploadSite, client: httpx.AsyncClient, url: str) -> None:
    reader, writer = await site.connect(f"Content-Length: {len(FILM)}", url=url)
    writer.write(FILM[:HALF])
    answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"UPLOAD_STALLED" in answer
    writer.close()
    offset = await offset_at(client, url)
    assert LEAST <= offset <= HALF
    assert (await rest_from(client, url, offset)).status_code == 201
    assert await site.stored() == FILM


@pytest.mark.parametrize("offset", [str(HALF), "", "-1", "x", "1e3", str(len(FILM) + 1), "9" * 30])
async def test_an_offset_that_is_not_there_is_refused(
    site: UploadSite, client: httpx.AsyncClient, url: str, offset: str
) -> None:
    response = await client.patch(url, content=FILM[HALF:], headers={"Upload-Offset": offset})
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (409, "UPLOAD_OFFSET_MISMATCH")
    assert f"is {offset!r}, and 0 bytes are here" in error["message"]
    assert site.left() == []


@pytest.mark.parametrize(("surplus", "status"), [(-1, 400), (1, 413)])
async def test_the_rest_is_all_of_the_rest(
    site: UploadSite, client: httpx.AsyncClient, url: str, surplus: int, status: int
) -> None:
    await break_off(site, url, 0, HALF, "close")
    offset = await half_received(client, url)
    body = (FILM + b"x")[offset : len(FILM) + surplus]
    response = await client.patch(url, content=body, headers={"Upload-Offset": str(offset)})
    assert response.status_code == status
    assert await offset_at(client, url) >= offset


async def test_a_link_that_is_no_link_tells_nothing(site: UploadSite, client: httpx.AsyncClient, url: str) -> None:
    response = await client.head(url + "x")
    assert (response.status_code, response.content) == (403, b"")
    assert "upload-offset" not in response.headers
    assert response.headers["access-control-allow-origin"] == "*"


async def test_browsers_may_read_the_offset(site: UploadSite, client: httpx.AsyncClient, url: str) -> None:
    answer = await client.head(url, headers={"Origin": "http://localhost:5173"})
    assert "Upload-Offset" in answer.headers["access-control-expose-headers"]


async def test_what_was_deleted_meanwhile_is_not_stored(site: UploadSite, client: httpx.AsyncClient, url: str) -> None:
    async def film() -> AsyncIterator[bytes]:
        yield FILM[:HALF]
        await half_received(client, url)
        await site.storage.delete_prefix(PATH.rpartition("/")[0])
        yield FILM[HALF:]

    headers = {"Content-Type": "video/mp4", "Content-Length": str(len(FILM))}
    async with httpx.AsyncClient(timeout=10) as sender:
        response = await sender.put(url, content=film(), headers=headers)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "NOT_FOUND")
    assert site.left() == []

"""Answers in fewer bytes, for clients that take them."""

import random
import sys
import zlib

import brotli
import httpx
import pytest

from server.compression import LARGE, SMALLEST, compress, compressed
from tests.support.api import Api
from tests.support.library import Library
from tests.support.live import Live

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LIST = {"query": "{ videos(first: 50) { nodes { id originalFilename jobs { nodes { id metadata { title } } } } } }"}
SMALL = {"query": "{ viewer { id } }"}


def plain(content: bytes, coding: str | None) -> bytes:
    if coding == "zstd":
        return zstd.decompress(content)
    if coding == "br":
        opened: bytes = brotli.decompress(content)
        return opened
    return zlib.decompress(content, wbits=zlib.MAX_WBITS | 16) if coding == "gzip" else content


async def raw(live: Live, api: Api, method: str = "POST", **headers: str) -> tuple[httpx.Response, bytes]:
    """An answer, and its bytes as they came."""
    sent = {"params": LIST} if method == "GET" else {"json": LIST}
    async with (
        httpx.AsyncClient(base_url=live.url, headers=api.headers) as http,
        http.stream(method, "/graphql", headers=headers, **sent) as answer,  # type: ignore[arg-type]
    ):
        return answer, b"".join([piece async for piece in answer.aiter_raw()])


async def test_large_answers_come_as_they_were_asked_for(live: Live, api: Api, library: Library) -> None:
    await library.processed_videos(50)
    _, expected = await raw(live, api, **{"Accept-Encoding": "identity"})
    for coding in ("zstd", "br", "gzip"):
        answer, content = await raw(live, api, **{"Accept-Encoding": coding})
        assert answer.headers["content-encoding"] == coding
        assert int(answer.headers["content-length"]) == len(content) < len(expected) / 3
        assert "Accept-Encoding" in answer.headers["vary"]
        assert plain(content, coding) == expected


async def test_small_answers_come_plain_unless_plain_ones_are_refused(api: Api) -> None:
    for accepts, coding in (("gzip", None), ("gzip, identity;q=0", "gzip")):
        answer = await api.post(SMALL, **{"Accept-Encoding": accepts})
        assert answer.headers.get("content-encoding") == coding
        assert answer.json()["data"]["viewer"]
        assert "Accept-Encoding" in answer.headers["vary"]


async def test_refusals_are_encoded_the_same_way(api: Api) -> None:
    answer = await api.http.post("/graphql", json=SMALL, headers={"Accept-Encoding": "br, *;q=0"})
    assert (answer.status_code, answer.headers["content-encoding"]) == (401, "br")
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_an_answer_has_one_tag_however_it_is_encoded(live: Live, api: Api, library: Library) -> None:
    await library.processed_videos(50)
    first, _ = await raw(live, api, "GET", **{"Accept-Encoding": "zstd"})
    tag = first.headers["etag"]
    assert tag.startswith("W/")
    for coding in ("identity", "gzip", "br", "zstd"):
        again, content = await raw(live, api, "GET", **{"Accept-Encoding": coding, "If-None-Match": tag})
        assert (again.status_code, content) == (304, b"")
        assert again.headers["etag"] == tag
        assert "content-encoding" not in again.headers
        assert "Accept-Encoding" in again.headers["vary"]
    await library.video()
    changed, content = await raw(live, api, "GET", **{"Accept-Encoding": "gzip", "If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag
    assert plain(content, "gzip").startswith(b'{"data"')


async def test_event_streams_are_not_compressed(live: Live, api: Api, library: Library) -> None:
    await library.processed_videos(50)
    answer, content = await raw(live, api, Accept="text/event-stream", **{"Accept-Encoding": "gzip, br, zstd"})
    assert "content-encoding" not in answer.headers
    assert content.endswith(b"event: complete\ndata:\n\n")


@pytest.mark.parametrize("coding", ["zstd", "br", "gzip"])
async def test_what_is_huge_is_the_same_again(coding: str) -> None:
    content = random.Random(0).randbytes(1000) * (2 * LARGE // 1000)
    assert len(content) > LARGE > SMALLEST
    assert plain(await compressed(content, coding), coding) == content
    assert plain(compress(b"", coding), coding) == b""

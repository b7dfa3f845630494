"""Connections whose clients say too much, say nonsense, or leave."""

import asyncio
import logging
from contextlib import suppress

import pytest

from server.connections import LARGEST_HEAD
from tests.support.api import Api
from tests.support.live import PATIENCE, Live, eventually
from tests.support.websocket import connected

ANSWERED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
BODY = b'{"query": "{ viewer { videoCount } }"}'


def post(api: Api, *, announced: int = len(BODY)) -> bytes:
    lines = (
        "POST /graphql HTTP/1.1",
        "Host: x",
        f"Authorization: {api.headers['Authorization']}",
        "Content-Type: application/json",
        f"Content-Length: {announced}",
    )
    return "\r\n".join([*lines, "", ""]).encode() + BODY


async def received(live: Live, *pieces: bytes) -> bytes:
    """What comes back until the server closes the connection."""
    async with asyncio.timeout(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(live.url.rpartition(":")[2]))
        try:
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0)
            return await reader.read()
        finally:
            writer.transport.abort()
            with suppress(ConnectionError):
                await writer.wait_closed()


@pytest.mark.parametrize(
    "pieces",
    [
        [b"GET /healthz HTTP/1.1\r\n", *[b"x: " + b"y" * 1000 + b"\r\n"] * 200],
        [b"GET /healthz HTTP/1.1\r\nx: ", *[b"y" * 1000] * 200],
        [b"GET /", *[b"y" * 1000] * 200],
        [b"POST /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", *[b"x: " + b"y" * 999] * 200],
        [b"POST /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;", *[b"y" * 1000] * 200],
    ],
    ids=["many headers", "one header", "line", "trailers", "chunk extension"],
)
async def test_a_head_without_end_is_refused(live: Live, pieces: list[bytes]) -> None:
    assert sum(map(len, pieces)) > 2 * LARGEST_HEAD
    try:
        answer = await received(live, *pieces)
    except ConnectionError:
        answer = b""  # it was closed while we still sent
    assert answer == b"" or b"HTTP/1.1 431 " in answer or b"HTTP/1.1 405 " in answer
    await live.deserted()


async def test_a_large_body_is_no_large_head(live: Live, api: Api) -> None:
    spaces = b" " * (8 * LARGEST_HEAD)
    head = post(api, announced=len(BODY) + len(spaces)).replace(b"Host: x", b"Host: x\r\nConnection: close")
    answer = await received(live, head, *[spaces[:4096]] * 128)
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "nonsense", [b"\0\1\2", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n\r\n\xff", b"PRI * X\r\n\r\n"]
)
async def test_what_is_no_http_is_refused(live: Live, nonsense: bytes) -> None:
    assert (await received(live, nonsense)).startswith(b"HTTP/1.1 400 ")


async def test_what_came_before_nonsense_is_answered_first(live: Live, api: Api) -> None:
    answer = await received(live, post(api) * 3 + ANSWERED + b"\0nonsense")
    statuses = [line[9:12] for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    bodies = answer.count(b'{"data":{"viewer":{"videoCount":0}}}')
    assert (bodies, answer.count(b"HTTP/1.1 200 "), answer.count(b"HTTP/1.1 400 ")) == (3, 4, 1), statuses
    assert answer.rindex(b"HTTP/1.1 400 ") > answer.rindex(b"HTTP/1.1 200 ")


async def test_a_body_that_breaks_off_in_nonsense_is_refused_in_its_turn(live: Live, api: Api) -> None:
    broken = b"POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    answer = await received(live, post(api) + broken)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.1 400 ") == 1
    assert (await received(live, broken)).count(b"HTTP/1.1 ") == 1


async def test_no_websocket_comes_between_answers(live: Live, api: Api) -> None:
    upgrade = b"GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    answer = await received(live, post(api) + upgrade)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"A WebSocket must wait" in answer


async def test_who_leaves_while_several_requests_wait_leaves_no_fault(
    live: Live, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        _, writer = await asyncio.open_connection("127.0.0.1", int(live.url.rpartition(":")[2]))
        writer.write(post(api) * 8)
        async with asyncio.timeout(PATIENCE):
            while not live.server.server_state.tasks:
                await asyncio.sleep(0)  # in each turn of the loop, lest all are answered meanwhile
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()
        await live.deserted()
        await eventually(lambda: not live.server.server_state.tasks)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_text_that_is_no_utf_8_closes_a_websocket_and_is_no_fault(
    live: Live, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(live.url) as socket:
        await socket.init(api.headers)
        await socket.connection.send(b"\xff\xfe", text=True)
        assert (await socket.closed())[0] == 1007
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []

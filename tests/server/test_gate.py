"""Operations that are refused at a glance: they are what the parser would have taken them for."""

import asyncio
from collections.abc import AsyncIterator

import httptools
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.admission import Admission
from server.gate import GatedProtocol, plain_operation
from server.negotiation import JSON, RESPONSE_JSON
from tests.support.api import Api
from tests.support.live import PATIENCE, Live, eventually

LINE = b"POST /graphql HTTP/1.1\r\n"
BODY = b'{"query": "{ viewer { videoCount } }"}'
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
PLAIN = LINE + b"Host: x\r\n" + LENGTH + b"\r\n" + BODY

# What may come in a head, right and wrong.
PIECES = (
    b"Host: x\r\n",
    b"Accept: */*\r\n",
    b"ACCEPT:text/html\r\n",
    b"Content-Length: 2\r\n",
    b"content-length:2 \r\n",
    b"Content-Length: 02\r\n",
    b"Content-Length: +2\r\n",
    b"Content-Length : 2\r\n",
    b"Content-Length: 2, 2\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: identity\r\n",
    b"Connection: keep-alive\r\n",
    b"Connection: Keep-Alive, Upgrade\r\n",
    b"Connection: close\r\n",
    b"Proxy-Connection: close\r\n",
    b"Upgrade: websocket\r\n",
    b"Expect: 100-continue\r\n",
    b" folded: line\r\n",
    b"X: a\x00b\r\n",
    b"X: a\rb\r\n",
    b"X: a\nb: c\r\n",
    b"X: \xff\r\n",
    b"X:\r\n",
    b": x\r\n",
    b"x\r\n",
    b"\r\n",
)


class Parsed:
    """What the parser makes of data."""

    def __init__(self, data: bytes) -> None:
        self.url, self.body, self.begun, self.complete = b"", b"", 0, 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.parser = httptools.HttpRequestParser(self)
        self.parser.feed_data(data)

    def on_message_begin(self) -> None:
        self.begun += 1

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.complete += 1


def assert_same(data: bytes) -> None:
    """Whatever is known at a glance, the parser knows, too: one request, whole, after which the next can come."""
    headers = plain_operation(data)
    if headers is None:
        return
    parsed = Parsed(data)
    assert (parsed.begun, parsed.complete) == (1, 1)
    assert (parsed.parser.get_method(), parsed.url, parsed.parser.get_http_version()) == (b"POST", b"/graphql", "1.1")
    assert parsed.parser.should_keep_alive()
    assert not parsed.parser.should_upgrade()
    assert {name: value.strip() for name, value in parsed.headers} == headers
    assert data.endswith(b"\r\n\r\n" + parsed.body)


@given(st.lists(st.sampled_from(PIECES)), st.sampled_from([b"\r\n", b"\r\n{}", b"\r\n{}{}", b"\n{}", b""]))
def test_the_parser_is_of_the_same_opinion(pieces: list[bytes], end: bytes) -> None:
    assert_same(LINE + b"".join(pieces) + end)


@given(st.binary(max_size=40), st.integers(0, len(PLAIN)), st.integers(0, len(PLAIN)))
def test_and_of_whatever_noise(noise: bytes, start: int, end: int) -> None:
    assert_same(PLAIN[:start] + noise + PLAIN[end:])


@pytest.mark.parametrize(
    "head",
    [
        b"POST /graphql?query=x HTTP/1.1\r\nHost: x\r\n" + LENGTH,
        b"POST /graphql HTTP/1.0\r\nHost: x\r\n" + LENGTH,
        b"PUT /graphql HTTP/1.1\r\nHost: x\r\n" + LENGTH,
        LINE + b"Origin: http://localhost\r\n" + LENGTH,
        LINE + b"Connection: close\r\n" + LENGTH,
        LINE + b"Connection: Upgrade\r\nUpgrade: websocket\r\n" + LENGTH,
        LINE + b"Transfer-Encoding: chunked\r\n" + LENGTH,
        LINE + b"Expect: 100-continue\r\n" + LENGTH,
        LINE + LENGTH + LENGTH,
        LINE + b"Content-Length: 5\r\n",
        LINE + b"Content-Length: 500\r\n",
        LINE + b"Content-Length: 1_0\r\n",
        LINE + b"Host: x\r\n",
        LINE + b"X: " + b"x" * 70_000 + b"\r\n" + LENGTH,
    ],
)
def test_what_is_not_plain_is_left_to_it(head: bytes) -> None:
    assert plain_operation(PLAIN) == {b"host": b"x", b"content-length": b"%d" % len(BODY)}
    assert plain_operation(head + b"\r\n" + BODY) is None


@pytest.fixture
async def full(live: Live) -> AsyncIterator[Admission]:
    """No room, as if all places were taken and the line full."""
    admission = live.admission
    while not admission._places.locked():
        await admission._places.acquire()
    admission.waiting = admission._most_waiting
    yield admission
    admission.waiting = 0


@pytest.fixture
async def streams(live: Live) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(live.url).port)
    yield reader, writer
    writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[int, httpx.Headers, bytes]:
    async with asyncio.timeout(PATIENCE):
        line, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        headers = httpx.Headers([(name, value) for name, _, value in (one.partition(": ") for one in lines if one)])
        return int(line.split()[1]), headers, await reader.readexactly(int(headers["content-length"]))


async def test_a_connection_is_of_use_after_refusals_of_either_kind(
    live: Live, full: Admission, streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], api: Api
) -> None:
    reader, writer = streams
    protocol = await connection(live)
    for count, (pieces, media_type) in enumerate(
        [
            ([PLAIN], JSON),
            ([PLAIN[:80], PLAIN[80:]], JSON),
            ([PLAIN[:-5], PLAIN[-5:]], JSON),
            ([PLAIN.replace(b"Host", b"Accept: %b\r\nHost" % RESPONSE_JSON.encode())], RESPONSE_JSON),
            ([PLAIN[:9], PLAIN[9:]], JSON),
            ([PLAIN], JSON),
        ],
        1,
    ):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.02)  # so that it comes by itself
        status, headers, body = await answer(reader)
        assert (status, headers["content-type"]) == (503, f"{media_type}; charset=utf-8")
        assert {"date", "x-request-id", "retry-after"} <= headers.keys()
        assert b"OVERLOADED" in body
        assert full.refused == count
        assert protocol.timeout_keep_alive_task is not None
    full.waiting = 0
    full._places.release()
    token = f"Authorization: {api.headers['Authorization']}\r\nContent-Type: application/json\r\n".encode()
    writer.write(LINE + token + PLAIN.removeprefix(LINE))
    assert (await answer(reader))[::2] == (200, b'{"data":{"viewer":{"videoCount":0}}}')


async def test_two_at_once_are_refused_one_by_one(
    live: Live, full: Admission, streams: tuple[asyncio.StreamReader, asyncio.StreamWriter]
) -> None:
    reader, writer = streams
    writer.write(PLAIN * 2 + PLAIN[:-1])
    assert [(await answer(reader))[0] for _ in range(2)] == [503, 503]
    writer.write(PLAIN[-1:])
    assert (await answer(reader))[0] == 503
    assert full.refused == 3
    assert live.url


async def test_a_connection_that_is_refused_for_long_is_kept_and_then_closed(
    live: Live, full: Admission, streams: tuple[asyncio.StreamReader, asyncio.StreamWriter]
) -> None:
    reader, writer = streams
    protocol = await connection(live)
    protocol.timeout_keep_alive = 1
    for _ in range(14):
        writer.write(PLAIN)
        assert (await answer(reader))[0] == 503
        await asyncio.sleep(0.1)
    async with asyncio.timeout(PATIENCE):
        assert await reader.read() == b""
    assert full.refused == 14


async def test_a_server_that_stops_closes_it(
    live: Live, full: Admission, streams: tuple[asyncio.StreamReader, asyncio.StreamWriter]
) -> None:
    reader, writer = streams
    protocol = await connection(live)
    protocol.shutdown()
    writer.write(PLAIN)
    status, headers, _ = await answer(reader)
    assert (status, headers["connection"], full.refused) == (503, "close", 1)
    assert await reader.read() == b""


async def connection(live: Live) -> GatedProtocol:
    """The server's end of the only one."""
    await eventually(lambda: len(live.server.server_state.connections) == 1)
    (protocol,) = live.server.server_state.connections
    assert isinstance(protocol, GatedProtocol)
    return protocol

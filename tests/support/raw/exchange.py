"""Sending bytes to a server, and judging what comes back."""

import asyncio
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import brotli
import orjson

from tests.support.raw.mutations import TAME, WILD, Mutation, scrambled
from tests.support.raw.requests import Raw

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# How long a server that says nothing is waited for: it may wait for the rest of what was sent.
QUIET_SECONDS = 0.5
# The longest that one exchange may take, whatever comes.
PATIENCE = 20
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
# What would tell how the server is made.
SECRETS = re.compile(rb'Traceback|File "|asyncpg|sqlalchemy|site-packages|Internal Server Error|INTERNAL_SERVER_ERROR')


@dataclass(frozen=True, slots=True)
class Exchange:
    """Requests that are sent at once by one connection; `frames` one by one, when it has become a WebSocket."""

    requests: tuple[bytes, ...]
    frames: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a server; the body is empty where it answers HEAD."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


def made(seed: str, seeds: Sequence[Raw]) -> Exchange:
    """An exchange of chance. Only its last request may be broken so badly that none after it is understood."""
    random = Random(seed)
    others = [raw for raw in seeds if not raw.is_last]
    requests = [_mutated(random.choice(others), TAME, random).encoded() for _ in range(random.choice((0, 2, 5, 8)))]
    last = _mutated(random.choice(seeds), WILD, random)
    requests.append(last.encoded())
    if random.random() < 0.2:
        requests[-1] = scrambled(requests[-1], random)
    if random.random() < 0.1:
        requests[-1] = requests[-1][: random.randrange(len(requests[-1]) + 1)]
    return Exchange(tuple(requests), last.frames)


def _mutated(raw: Raw, mutations: Sequence[Mutation], random: Random) -> Raw:
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        raw = random.choice(mutations)(raw, random)
    return raw


async def exchanged(port: int, exchange: Exchange) -> bytes:
    """Everything that a server sends back, until it closes the connection or has nothing more to say."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(b"".join(exchange.requests))
            received = await _quiet(reader, len(exchange.requests))
            if exchange.frames and b"HTTP/1.1 101 " in received:
                for frame in exchange.frames:
                    writer.write(frame)
                received += await _quiet(reader, 10_000)
        except ConnectionError:
            return b""  # it was closed while we still sent
        finally:
            writer.transport.abort()
            with suppress(ConnectionError):
                await writer.wait_closed()
    return received


async def _quiet(reader: asyncio.StreamReader, expected: int) -> bytes:
    """What comes until nothing more does, or as many answers as there can be are there whole."""
    received = bytearray()
    while True:
        try:
            async with asyncio.timeout(QUIET_SECONDS):
                piece = await reader.read(1 << 20)
        except TimeoutError:
            return bytes(received)
        received += piece
        if not piece or (len(STATUS.findall(received)) >= expected and _is_whole(bytes(received))):
            return bytes(received)


def _is_whole(received: bytes) -> bool:
    last = list(STATUS.finditer(received))[-1]
    head, _, body = received[last.start() :].partition(b"\r\n\r\n")
    length = _headers(head).get(b"content-length")
    return length is not None and len(body) >= int(length)


def complaints(received: bytes) -> Iterator[str]:
    """What must not be in what a server sends."""
    if b"\r\nupgrade: websocket" in received.lower():
        yield from _secrets(received)
        return
    for answer in answers(received):
        content = _decoded(answer)
        if answer.status >= 500:
            yield f"status {answer.status}: {content[:300]!r}"
        yield from _secrets(content)
        if b"x-request-id" in answer.headers:
            yield from _malformed(answer, content)


def answers(received: bytes) -> Iterator[Answer]:
    """The answers, one after the other."""
    starts = [match.start() for match in STATUS.finditer(received)]
    for start, end in pairwise([*starts, len(received)]):
        head, _, body = received[start:end].partition(b"\r\n\r\n")
        status = STATUS.match(head)
        if status is not None and status[1] != b"100":
            yield Answer(int(status[1]), _headers(head), body)


def _headers(head: bytes) -> dict[bytes, bytes]:
    pairs = (line.partition(b": ") for line in head.split(b"\r\n")[1:])
    return {name.lower(): value for name, _, value in pairs}


def _secrets(content: bytes) -> Iterator[str]:
    found = SECRETS.search(content)
    if found is not None:
        yield f"{found[0]!r} in {content[max(0, found.start() - 200) : found.end() + 200]!r}"


def _decoded(answer: Answer) -> bytes:
    """The content. What was not read to its end is left as it is."""
    length = answer.headers.get(b"content-length")
    if length is None or len(answer.body) != int(length):
        return answer.body
    match answer.headers.get(b"content-encoding"):
        case b"zstd":
            return zstd.decompress(answer.body)
        case b"br":
            opened: bytes = brotli.decompress(answer.body)
            return opened
        case b"gzip":
            return zlib.decompress(answer.body, zlib.MAX_WBITS | 16)
    return answer.body


def _malformed(answer: Answer, content: bytes) -> Iterator[str]:
    """What GraphQL's clients could not read; streams are left to who asked for them."""
    kind = answer.headers.get(b"content-type", b"")
    if b"json" not in kind or not content or len(answer.body) != int(answer.headers[b"content-length"]):
        return
    body = orjson.loads(content)
    errors = body.get("errors", []) if isinstance(body, dict) else None
    if errors is None or not body.keys() & {"data", "errors"} or ("errors" in body and not errors):
        yield f"no GraphQL: {content[:300]!r}"
    elif not all(isinstance(one.get("message"), str) and one.get("extensions", {}).get("code") for one in errors):
        yield f"an error without message or code: {content[:300]!r}"

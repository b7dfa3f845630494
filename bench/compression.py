"""What compression gains: Q1's answer as it is and by each coding, and when it is there, by networks of four speeds.

`python -m bench.compression`, or `make bench-compression`; writes bench/COMPRESSION.md. The time to the client is that
of compressing, of the bytes on the network and of decompressing; what a network adds to each answer is left out.
"""

import asyncio
import statistics
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli

from bench.contract import Request
from bench.dataset import load
from bench.place import Place
from bench.servers import ask_with_token
from server.app import create_app
from server.compression import BROTLI_QUALITY, GZIP_LEVEL, SMALLEST, ZSTD_LEVEL
from server.resources import open_resources
from server.settings import Settings

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

DATA = Path(".reelgraph/bench")
RESULTS = Path("bench/COMPRESSION.md")
TIMES = 51
MEGABITS = (10, 50, 100, 1000)
SIZES = (200, 500, 1000, 1400, 2000, 4000, 8000)
GZIP = zlib.MAX_WBITS | 16

Encode = Callable[[bytes, int], bytes]
CODINGS: dict[str, tuple[Encode, Callable[[bytes], bytes], tuple[int, ...], int]] = {
    "zstd": (zstd.compress, zstd.decompress, (-5, -1, 1, 3, 6, 9), ZSTD_LEVEL),
    "br": (
        lambda content, level: brotli.compress(content, quality=level),
        brotli.decompress,
        (0, 1, 3, 4, 5, 9),
        BROTLI_QUALITY,
    ),
    "gzip": (
        lambda content, level: zlib.compress(content, level, GZIP),
        lambda content: zlib.decompress(content, GZIP),
        (1, 3, 6, 9),
        GZIP_LEVEL,
    ),
}


@dataclass(frozen=True)
class Measured:
    """An answer by a coding: bytes, and milliseconds that the server and the client take for it."""

    name: str
    is_ours: bool
    bytes: int
    server: float = 0
    client: float = 0

    def arrives(self, megabits: float) -> float:
        """Milliseconds until the client has it."""
        return self.server + self.client + self.bytes * 8 / megabits / 1000


def main() -> None:
    """Measure, and write what came out."""
    answer = asyncio.run(_answer())
    page = _report(len(answer), [_plain(answer), *_measured(answer)], list(_small(answer)))
    RESULTS.write_text(page)
    print(page)


async def _answer() -> bytes:
    """Q1's, from the library that every benchmark reads."""
    settings = Settings(data=DATA)
    await load(settings)
    async with open_resources(settings) as resources:
        place = Place(settings, Path(str(resources.database.engine.url.query["host"])))
        [request] = ask_with_token(place, "Q1", [])
        return await _asked(create_app(settings, resources), request)


async def _asked(app: Any, request: Request) -> bytes:
    messages: list[Any] = []
    headers = {"host": "localhost", **request.headers}
    scope = {
        "type": "http",
        "method": request.method,
        "path": request.path,
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "state": {},
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": request.body}

    async def send(message: Any) -> None:
        messages.append(message)

    await app(scope, receive, send)
    body: bytes = messages[1]["body"]
    return body


def _plain(content: bytes) -> Measured:
    return Measured("none", is_ours=False, bytes=len(content))


def _measured(content: bytes) -> list[Measured]:
    found = []
    for name, (encode, decode, levels, ours) in CODINGS.items():
        for level in levels:
            encoded = encode(content, level)
            server, client = _milliseconds(encode, content, level), _milliseconds(decode, encoded)
            found.append(Measured(f"{name} {level}", level == ours, len(encoded), server, client))
    return found


def _small(content: bytes) -> list[tuple[int, int, float]]:
    """Of the beginning of the answer by our first coding: bytes before and after, and microseconds."""
    encode = CODINGS["zstd"][0]
    pieces = (content[:size] for size in SIZES)
    return [(len(one), len(encode(one, ZSTD_LEVEL)), _milliseconds(encode, one, ZSTD_LEVEL) * 1000) for one in pieces]


def _milliseconds(function: Callable[..., bytes], *arguments: Any) -> float:
    """The median of processor time."""
    times = []
    for _ in range(TIMES):
        started = time.thread_time()
        function(*arguments)
        times.append(time.thread_time() - started)
    return statistics.median(times) * 1000


def _report(size: int, measured: list[Measured], small: list[tuple[int, int, float]]) -> str:
    plain, *encoded = measured
    lines = [_line(one, plain) for one in measured]
    chosen = [one for one in encoded if one.is_ours]
    gains = "; ".join(f"{one.name}: {_gains(one, plain)}" for one in chosen)
    pieces = "\n".join(f"| {before:,} | {after:,} | {micros:.0f} |" for before, after, micros in small)
    speeds = " | ".join(f"{one:,} Mbit/s" for one in MEGABITS)
    return f"""# What compression gains

Written by `make bench-compression`: Q1's answer of {size:,} bytes, in milliseconds of processor time (medians of
{TIMES}) and until the client has it: compressing, the bytes on the network, decompressing. In bold the levels that the
server uses; a coding loses where compressing takes longer than the bytes that it saves.

| coding and level | bytes | ratio | compressing | decompressing | {speeds} |
| --- | --- | --- | --- | --- |{" --- |" * len(MEGABITS)}
{chr(10).join(lines)}

How many times as soon the answer is there as without, from {MEGABITS[0]} to {MEGABITS[-1]:,} Mbit/s: {gains}.

## Small answers

By zstd {ZSTD_LEVEL}. Those under {SMALLEST:,} bytes go into one packet either way and are not compressed.

| bytes | compressed | microseconds |
| --- | --- | --- |
{pieces}
"""


def _line(one: Measured, plain: Measured) -> str:
    name = f"**{one.name}**" if one.is_ours else one.name
    times = " | ".join(f"{one.arrives(megabits):.2f}" for megabits in MEGABITS)
    return f"| {name} | {one.bytes:,} | {plain.bytes / one.bytes:.1f} | {one.server:.2f} | {one.client:.2f} | {times} |"


def _gains(one: Measured, plain: Measured) -> str:
    return ", ".join(f"{plain.arrives(megabits) / one.arrives(megabits):.1f}" for megabits in MEGABITS)


if __name__ == "__main__":
    main()

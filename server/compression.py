"""Answers in fewer bytes: `bench/COMPRESSION.md` says what they gain, `docs/decisions/0018` why it is safe."""

import asyncio
import sys
import zlib

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# What goes into one packet is not there sooner for being smaller.
SMALLEST = 1400
# What takes longer than a few requests would is not done where they wait.
LARGE = 256 * 1024

# The fastest levels: the higher ones' bytes are fewer, but cost more time than they save on any network.
ZSTD_LEVEL, BROTLI_QUALITY, GZIP_LEVEL = 1, 1, 1
GZIP_FORMAT = zlib.MAX_WBITS | 16


def compress_well(content: bytes, coding: str) -> bytes:
    """The same, for what is sent often and compressed once; brotli's highest levels take ten times as long."""
    if coding == "zstd":
        return zstd.compress(content, 19)
    if coding == "br":
        compressed: bytes = brotli.compress(content, quality=9)
        return compressed
    return zlib.compress(content, 9, GZIP_FORMAT)


def compress(content: bytes, coding: str) -> bytes:
    """The same by a coding of HTTP's: zstd, br or gzip."""
    if coding == "zstd":
        return zstd.compress(content, ZSTD_LEVEL)
    if coding == "br":
        compressed: bytes = brotli.compress(content, quality=BROTLI_QUALITY)
        return compressed
    return zlib.compress(content, GZIP_LEVEL, GZIP_FORMAT)


async def compressed(content: bytes, coding: str) -> bytes:
    """The same, without keeping others waiting."""
    if len(content) < LARGE:
        return compress(content, coding)
    return await asyncio.to_thread(compress, content, coding)

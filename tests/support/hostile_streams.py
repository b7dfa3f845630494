"""Files of the containers that are streams, made to lie or never to end."""

import struct
from collections.abc import Iterator, Mapping

PACKET = 188  # bytes of a transport stream's packet
LARGEST = struct.pack("<I", 2**32 - 1)


def hostile_streams(good: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Names and contents, made of good files."""
    yield from ((f"avi: {name}", file) for name, file in _avi(good["a.avi"]))
    yield from ((f"mpegts: {name}", file) for name, file in _mpegts(good["a.ts"]))
    yield "mpeg: looped", good["a.mpg"] * 30
    yield "flv: looped", good["a.flv"] * 30
    yield "flv: tags without length", good["a.flv"][:13] + bytes(15) * 100_000
    yield "wmv: looped", good["a.wmv"] * 30
    yield "one in the other", good["a.mp4"] + good["a.mkv"] + good["a.avi"] + good["a.ts"]


def _avi(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The good file with fields of its headers overwritten: the list or chunk, how far behind its name, with what."""
    fields = {
        "four billion frames": (b"avih", 4 + 16, LARGEST),
        "a frame in no time": (b"avih", 4, bytes(4)),
        "four billion streams": (b"avih", 4 + 24, LARGEST),
        "huge": (b"strf", 4 + 4, LARGEST * 2),
        "huge, but not too huge": (b"strf", 4 + 4, struct.pack("<II", 16_000, 16_000)),
        "of negative size": (b"strf", 4 + 4, struct.pack("<ii", -320, -180)),
        "no rate": (b"strh", 4 + 20, bytes(8)),
        "the largest rate": (b"strh", 4 + 20, LARGEST * 2),
        "endless": (b"strh", 4 + 32, LARGEST),
        "a header without end": (b"strh", 0, LARGEST),
        "a movie without end": (b"movi", -4, LARGEST),
        "an index without end": (b"idx1", 0, LARGEST),
        "an index of lies": (b"idx1", 4, b"\xff" * 400),
    }
    for name, (kind, distance, value) in fields.items():
        at = content.index(kind) + 4 + distance
        yield name, content[:at] + value + content[at + len(value) :]
    movie = content.index(b"movi") + 4
    yield "a hundred thousand empty chunks", content[:movie] + b"00dc\0\0\0\0" * 100_000 + content[movie:]


def _mpegts(content: bytes) -> Iterator[tuple[str, bytes]]:
    packets = [content[at : at + PACKET] for at in range(0, len(content), PACKET)]
    yield "looped", content * 30
    yield "nothing but stuffing", (b"\x47\x1f\xff\x10" + b"\xff" * (PACKET - 4)) * 20_000
    yield "one packet for ever", packets[0] * 20_000
    yield "the picture's first packet for ever", b"".join(packets[:6]) + packets[5] * 20_000
    yield "backwards", b"".join(reversed(packets))
    yield "noise between packets", b"".join(packet + bytes(range(7)) for packet in packets)
    yield (
        "every stream there is",
        b"".join(struct.pack(">BHB", 0x47, 0x4000 | at, 0x10) + packets[6][4:] for at in range(0x20, 0x1FFF)),
    )
    yield "a table of eight thousand programs", b"".join(_programs(first) for first in range(1, 8000, 40)) + content


def _programs(first: int) -> bytes:
    """A packet with a table of forty programs, whose checksum is wrong."""
    table = b"".join(struct.pack(">HH", at, 0xE000 | at) for at in range(first, first + 40))
    section = struct.pack(">BHHBBB", 0, 0xB000 | 5 + len(table) + 4, 1, 0xC1, 0, 0) + table + bytes(4)
    return (b"\x47\x40\x00\x10\x00" + section).ljust(PACKET, b"\xff")

"""MP4 files whose boxes lie."""

import struct
from collections.abc import Iterator, Mapping
from itertools import chain

MOST = b"\xff" * 8
DEEP = 20_000
CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"edts")


def hostile_mp4(good: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Names and contents, made of a good file's boxes and of boxes out of thin air."""
    content = good["a.mp4"]
    for name, file in chain(_structures(content), _fields(content), _text(content)):
        yield f"mp4: {name}", file


def box(kind: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I4s", 8 + len(inside), kind) + inside


def split(content: bytes) -> tuple[bytes, bytes]:
    """What comes before the index, and what is in the index, which these files have at their end."""
    at = content.index(b"moov") - 4
    return content[:at], content[at + 8 :]


def nested(kind: bytes, depth: int) -> bytes:
    """A box in a box in a box."""
    whole = 8 * depth
    return b"".join(struct.pack(">I4s", whole - 8 * at, kind) for at in range(depth))


def _structures(content: bytes) -> Iterator[tuple[str, bytes]]:
    media, index = split(content)
    track = index[index.index(b"trak") - 4 :]
    track = track[: struct.unpack(">I", track[:4])[0]]
    ftyp = content[: struct.unpack(">I", content[:4])[0]]
    yield "a thousand tracks", media + box(b"moov", index, track * 1000)
    yield "ten thousand tracks", media + box(b"moov", index, track * 10_000)
    yield "the index twice", media + box(b"moov", index) * 2
    yield "a million empty boxes", ftyp + box(b"free") * 1_000_000
    yield "half a million empty boxes in the index", media + box(b"moov", index, box(b"free") * 500_000)
    yield "nothing but a beginning", ftyp
    yield "boxes without length", ftyp + bytes(100_000)
    for kind in CONTAINERS:
        yield f"{kind.decode()} in itself", ftyp + nested(kind, DEEP)
        yield f"{kind.decode()} in the index in itself", media + box(b"moov", index, nested(kind, DEEP))
    yield "larger than the world", ftyp + struct.pack(">I4sQ", 1, b"mdat", 2**63 - 1) + content
    yield "larger than large", ftyp + struct.pack(">I4sQ", 1, b"moov", 2**64 - 1) + index
    yield "fragments for ever", media + box(b"moov", index) + box(b"moof", box(b"traf")) * 50_000


def _fields(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The good file with one field overwritten: its box, how far behind the box's name, and with what."""
    fields = {
        "endless": (b"mvhd", 16, b"\xff\xff\xff\xfe"),
        "without a time scale": (b"mvhd", 12, bytes(4)),
        "endless track": (b"mdhd", 16, MOST[:4]),
        "track without a time scale": (b"mdhd", 12, bytes(4)),
        "edited to nothing": (b"elst", 8, MOST + MOST),
        "edited before the beginning": (b"elst", 12, b"\x80\x00\x00\x00"),
        "a billion edits": (b"elst", 4, b"\x3f" + MOST[:3]),
        "shown as large as a field": (b"tkhd", 76, MOST),
        "huge": (b"avc1", 24, b"\xff\xff\xff\xff"),
        "of no size": (b"avc1", 24, bytes(4)),
        "a broken profile": (b"avcC", 4, MOST),
        "a billion samples": (b"stsz", 8, b"\x3f" + MOST[:3]),
        "samples of a gigabyte": (b"stsz", 4, b"\x3f" + MOST[:3]),
        "four billion times": (b"stts", 4, MOST[:4]),
        "times as long as can be": (b"stts", 8, MOST),
        "four billion chunks": (b"stsc", 4, MOST[:4]),
        "chunks of billions": (b"stsc", 8, MOST),
        "chunks elsewhere": (b"stco", 8, MOST[:4]),
        "four billion chunk offsets": (b"stco", 4, MOST[:4]),
        "no length of a track": (b"trak", -8, bytes(4)),
        "a track longer than the file": (b"trak", -8, b"\x7f" + MOST[:3]),
        "an index shorter than itself": (b"moov", -8, b"\x00\x00\x01\x00"),
        "tags longer than the file": (b"udta", -8, b"\x7f" + MOST[:3]),
        "a thousand channels": (b"mp4a", 16, b"\x03\xe8"),
        "an impossible rate": (b"mp4a", 24, MOST[:4]),
        "no rate": (b"mp4a", 24, bytes(4)),
        "broken sound": (b"esds", 4, MOST * 3),
    }
    for name, (kind, distance, value) in fields.items():
        at = content.index(kind, content.index(b"moov")) + 4 + distance
        yield name, content[:at] + value + content[at + len(value) :]


def _text(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Text samples that say they are longer than they are, and styles of what is not there."""
    said = content.index(b"\x00\x03One")
    yield "endless text", content[:said] + b"\xff\xff" + content[said + 2 :]
    yield "text in no encoding", content[:said] + b"\x00\x03\xff\xfe\xfd" + content[said + 5 :]
    styles = content.index(b"styl")
    yield "styles without end", content[: styles + 4] + b"\xff\xff" + content[styles + 6 :]
    description = content.index(b"tx3g")
    yield "a broken description", content[: description + 12] + MOST * 4 + content[description + 44 :]

"""Matroska files that lie, written element by element (https://www.rfc-editor.org/rfc/rfc9559)."""

import struct
import zlib
from collections.abc import Iterator, Mapping
from itertools import chain

HEADER = bytes.fromhex("1A45DFA3 8B 4282 88 6D6174726F736B61")
INFO, TRACKS, TRACK, CLUSTER, TAGS = "1549A966", "1654AE6B", "AE", "1F43B675", "1254C367"
DEEP = 20_000
UNKNOWN_LENGTH = b"\x01" + b"\xff" * 7
LARGE = 16_000  # pixels; FFmpeg takes no picture whose sides are both much larger


def hostile_matroska(good: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Names and contents, made element by element, or by overwriting a good file's."""
    yield from ((f"matroska: {name}", file) for name, file in chain(_structures(), _text(), _pictures()))
    for name, value in {"NaN": "nan", "infinite": "inf", "negative": "-1e308", "longest": "1e308"}.items():
        yield f"matroska: {name} duration", _overwritten(good["a.webm"], "4489 88", struct.pack(">d", float(value)))
    yield "matroska: time stands still", _overwritten(good["a.mkv"], "2AD7B1 83", bytes(3))
    yield "matroska: time flies", _overwritten(good["a.mkv"], "2AD7B1 83", b"\xff" * 3)
    yield "matroska: wide and high", _overwritten(good["a.webm"], "B082", b"\xff\xff")
    pictures = good["a.webm"].split(b"\x9d\x01\x2a")  # the start code of VP8, and then width and height
    enlarged = [struct.pack("<HH", LARGE, LARGE) + rest[4:] for rest in pictures[1:]]
    yield "matroska: enlarged on the way", b"\x9d\x01\x2a".join([*pictures[:10], *enlarged[9:]])
    yield "matroska: enlarged", b"\x9d\x01\x2a".join([pictures[0], *enlarged])
    yield "matroska: unknown lengths", _overwritten(good["a.mkv"], "1F43B675", UNKNOWN_LENGTH)


def element(name: str, *content: bytes) -> bytes:
    inside = b"".join(content)
    return bytes.fromhex(name) + (len(inside) | 1 << 56).to_bytes(8, "big") + inside


def number(name: str, value: int) -> bytes:
    return element(name, value.to_bytes(8, "big"))


def track(at: int, kind: int, codec: str, *more: bytes) -> bytes:
    """An entry of the list of tracks; kinds are 1 for pictures, 2 for sound, 17 for text."""
    return element(
        TRACK, number("D7", at), number("73C5", at), number("83", kind), element("86", codec.encode()), *more
    )


def film(tracks: bytes, *rest: bytes) -> bytes:
    """A file with these tracks and what follows them."""
    info = element(INFO, number("2AD7B1", 1_000_000), element("4D80", b"none"), element("5741", b"none"))
    return HEADER + element("18538067", info, element(TRACKS, tracks), *rest)


def cluster(*blocks: bytes, milliseconds: int = 0) -> bytes:
    return element(CLUSTER, number("E7", milliseconds), *blocks)


def block(at: int, content: bytes, *, milliseconds: int = 0, lasts: int | None = None) -> bytes:
    head = (at | 1 << 28).to_bytes(4, "big") + struct.pack(">hB", milliseconds, 0x80)
    if lasts is None:
        return element("A3", head, content)
    return element("A0", element("A1", head, content), number("9B", lasts))


def png(side: int, announced: tuple[int, int] = (0, 1)) -> bytes:
    """A black square, a bit a pixel, a thousand times smaller than what it becomes; or one that announces another."""
    row = bytes(1 + side // 8)
    packer = zlib.compressobj()
    packed = b"".join([*(packer.compress(row) for _ in range(side)), packer.flush()])
    said, depth = announced
    head = struct.pack(">IIBBBBB", said or side, said or side, depth, 6 if said else 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def picture(side: int) -> bytes:
    """A track of PNG pictures, as Video for Windows has them."""
    windows = struct.pack("<IiiHH4sIiiII", 40, side, side, 1, 24, b"MPNG", 0, 0, 0, 0, 0)
    video = element("E0", number("B0", side), number("BA", side))
    return track(1, 1, "V_MS/VFW/FOURCC", video, element("63A2", windows))


def _overwritten(content: bytes, after: str, value: bytes) -> bytes:
    at = content.index(bytes.fromhex(after)) + len(bytes.fromhex(after))
    return content[:at] + value + content[at + len(value) :]


def _nested(name: str, depth: int) -> bytes:
    content = b""
    for _ in range(depth):
        content = bytes.fromhex(name) + (len(content) | 1 << 56).to_bytes(8, "big") + content
        if len(content) > 1_000_000:
            break
    return content


def _structures() -> Iterator[tuple[str, bytes]]:
    frame = cluster(block(1, png(16)))
    sounds = b"".join(track(at, 2, "A_OPUS") for at in range(2, 900))
    yield "nine hundred sounds", film(picture(16) + sounds, frame)
    yield "ten thousand pictures", film(picture(16) * 10_000, frame)
    yield "no tracks", film(b"", frame)
    yield "tags in tags", film(picture(16), element(TAGS, element("7373", _nested("67C8", DEEP))), frame)
    yield "chapters in chapters", film(picture(16), element("1043A770", element("45B9", _nested("B6", DEEP))), frame)
    yield (
        "a hundred thousand tags",
        film(
            picture(16),
            element(TAGS, element("7373", element("67C8", element("45A3", b"T"), element("4487", b"x")) * 100_000)),
            frame,
        ),
    )
    yield "a title of megabytes", film(picture(16), element(INFO, element("7BA9", b"<" * 3_000_000)), frame)
    yield "nothing for long", film(picture(16), element("EC", bytes(5_000_000)), frame)
    yield "half a million empty elements", film(picture(16), element("EC") * 500_000, frame)
    yield "a hundred thousand clusters", film(picture(16), frame, cluster() * 100_000)
    yield "longer than the world", HEADER + bytes.fromhex("18538067") + b"\x01" + b"\xff" * 6 + b"\xfe" + frame
    yield "a header without end", HEADER[:4] + b"\x01" + b"\x7f" * 7 + bytes(1000)


def _text() -> Iterator[tuple[str, bytes]]:
    """A picture and a track of text."""
    texts = {
        "a wall": b"word " * 400_000,
        "a brace bomb": b"{" * 1_000_000,
        "a tag bomb": b"{\\i1}" * 300_000,
        "a break bomb": b"\\N" * 500_000,
        "an html bomb": b"<i>" * 200_000 + b"x" + b"</i>" * 200_000,
        "zeros": bytes(1_000_000),
        "noise": bytes(range(256)) * 2000,
        "markup": b"--> <script>alert(1)</script>\n\n00:00:00.000 --> 99:00:00.000\nX",
    }
    shown = block(1, png(16))
    for codec in ("S_TEXT/UTF8", "S_TEXT/ASS", "S_TEXT/WEBVTT"):
        tracks = picture(16) + track(2, 17, codec)
        for name, text in texts.items():
            event = b"0,0,Default,,0,0,0,," * (codec == "S_TEXT/ASS") + text
            yield f"{name} in {codec}", film(tracks, cluster(shown, block(2, event, lasts=1000)))
    tracks = picture(16) + track(2, 17, "S_TEXT/UTF8", element("22B59C", b"../../../etc"), number("55AA", 1))
    many = b"".join(block(2, b"%d" % at, milliseconds=at, lasts=1) for at in range(30_000))
    yield "thirty thousand cues at once", film(tracks, cluster(shown, many))
    words = (b" ".join(b"%d-%x" % (at, at * word) for word in range(1, 6)) for at in range(20_000))
    yield (
        "a hundred thousand words",
        film(
            tracks,
            cluster(shown),
            *(cluster(block(2, text, lasts=9), milliseconds=at * 9) for at, text in enumerate(words)),
        ),
    )
    yield "a cue without end", film(tracks, cluster(shown, block(2, b"x", lasts=2**63 - 1)))
    yield "a cue before the beginning", film(tracks, cluster(shown, block(2, b"x", milliseconds=-30_000, lasts=1)))
    yield "a cue at the end of time", film(tracks, cluster(shown), cluster(block(2, b"x", lasts=1), milliseconds=2**62))


def _pictures() -> Iterator[tuple[str, bytes]]:
    large = png(LARGE)
    yield "a large black square", film(picture(LARGE), cluster(block(1, large)))
    yield "a picture that is larger than said", film(picture(16), cluster(block(1, large)))
    yield "two gigabytes in a picture, it says", film(picture(LARGE), cluster(block(1, png(16, (LARGE, 16)))))
    many = b"".join(cluster(block(1, large), milliseconds=at) for at in range(100))
    yield "a hundred large black squares", film(picture(LARGE), many)
    small = block(1, png(8))
    clusters = (cluster(small, milliseconds=at) for at in range(30_000))
    yield "thirty thousand pictures", film(picture(8), *clusters)
    broken = block(1, b"\x89PNG\r\n\x1a\n broken")
    clusters = (cluster(broken, milliseconds=at) for at in range(30_000))
    yield "broken pictures for long", film(picture(8), *clusters)

"""Three hundred files that no camera makes: broken, renamed, lying, endless, and good ones with bytes changed."""

import io
import random
import zipfile
from collections.abc import Iterator, Mapping
from itertools import chain, count, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from server.demo.recording import Recording, Subtitles, Track
from tests.support.hostile_matroska import hostile_matroska
from tests.support.hostile_mp4 import hostile_mp4
from tests.support.hostile_streams import hostile_streams

COUNT = 300
CUTS = (0.01, 0.2, 0.5, 0.8, 0.99)
# How many bytes are changed, of how much of the file from its beginning.
MUTATIONS = ((1, 0.1), (10, 0.1), (100, 0.5), (5, 1.0), (50, 1.0), (1000, 1.0))
LINES = ("One", "{\\i1}Two{\\i0}\\NTwo and a half", "Three")
PICTURE = "testsrc2=320x180:r=25"
H264 = Track(PICTURE, "libx264", {"preset": "ultrafast", "crf": "40", "threads": "1"})
MPEG4 = Track(PICTURE, "mpeg4", {"threads": "1"})
VP8 = Track(PICTURE, "libvpx", {"deadline": "realtime", "cpu-used": "-8", "threads": "1"})
SINE = "sine=440:r=48000"

GOOD: Mapping[str, Recording] = {
    "a.mp4": Recording(1, H264, Track(SINE, "aac"), [Subtitles("mov_text", "eng", LINES)], {"title": "A"}),
    "a.mov": Recording(1, MPEG4, Track(SINE, "pcm_s16le"), [Subtitles("mov_text", "deu", LINES)]),
    "a.mkv": Recording(
        1, H264, Track(SINE, "libopus"), [Subtitles("ass", "eng", LINES), Subtitles("subrip", "deu", LINES)]
    ),
    "a.webm": Recording(1, VP8, Track(SINE, "libopus")),
    "a.avi": Recording(1, MPEG4, Track(SINE, "libmp3lame")),
    "a.ts": Recording(1, H264, Track(SINE, "aac")),
    "a.mpg": Recording(1, Track(PICTURE, "mpeg2video"), Track(SINE, "mp2")),
    "a.flv": Recording(1, Track(PICTURE, "flv"), Track(SINE, "libmp3lame")),
    "a.wmv": Recording(1, Track(PICTURE, "wmv2"), Track(SINE, "libmp3lame")),
}


def hostile_files() -> Iterator[tuple[str, bytes]]:
    """Names and contents, the same ones every time."""
    good = good_files()
    made = (_renamed(), _cut(good), hostile_mp4(good), hostile_matroska(good), hostile_streams(good), _mutated(good))
    return islice(chain.from_iterable(made), COUNT)


def good_files() -> dict[str, bytes]:
    """A second of every container that people upload, each with picture and sound, some with text."""
    with TemporaryDirectory() as folder:
        for name, recording in GOOD.items():
            recording.write(Path(folder) / name)
        return {name: (Path(folder) / name).read_bytes() for name in GOOD}


def _renamed() -> Iterator[tuple[str, bytes]]:
    """What is no video at all; the name says nothing to who reads the content."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.mp4", bytes(100_000))
    contents = {
        "empty": b"",
        "one byte": b"\x00",
        "zeros": bytes(100_000),
        "ones": b"\xff" * 100_000,
        "noise": random.Random(0).randbytes(100_000),
        "text": b"Dear diary\n" * 1000,
        "zip": archive.getvalue(),
        "html": b"<!doctype html><script>alert(1)</script>" * 50,
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        "png": b"\x89PNG\r\n\x1a\n" + bytes(1000),
        "pdf": b"%PDF-1.7\n" + bytes(1000),
        "program": b"\x7fELF\x02\x01\x01" + bytes(1000),
        "playlist": b"#EXTM3U\n#EXTINF:2,\nfile:///etc/passwd\n",
        "playlist in disguise": b"\n\n#EXTM3U\n#EXTINF:2,\nhttp://127.0.0.1:1/a.ts\n",
        "concat": b"ffconcat version 1.0\nfile /dev/zero\n",
        "session": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 1 RTP/AVP 96\n",
        "manifest": b"<?xml version='1.0'?><MPD><Period><BaseURL>file:///dev/zero</BaseURL></Period></MPD>",
        "graph": b"testsrc2=8192x8192,format=yuv444p",
        "captions": b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n",
        "wave": b"RIFF\xff\xff\xff\xffWAVEfmt " + bytes(1000),
    }
    yield from ((f"renamed: {name}", content) for name, content in contents.items())


def _cut(good: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for name, content in good.items():
        for share in CUTS:
            yield f"cut: {name} at {share:.0%}", content[: int(len(content) * share)]


def _mutated(good: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Good files with bytes changed, without end."""
    for seed in count():
        for name, content in good.items():
            chance = random.Random(f"{name} {seed}")
            changed, share = MUTATIONS[seed % len(MUTATIONS)]
            mutated = bytearray(content)
            for _ in range(changed):
                mutated[chance.randrange(int(len(content) * share))] = chance.randrange(256)
            yield f"mutated: {name} {seed}, {changed} bytes of {share:.0%}", bytes(mutated)

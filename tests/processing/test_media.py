"""Reading media: what is found in sound files, what is said about bad ones, and that no child outlives its caller."""

import asyncio
import os
import signal
import sys
import time
import wave
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean

import av
import psutil
import pytest
from av.stream import Disposition
from av.video.frame import VideoFrame

from processing.media import Limits, MediaTimeoutError, UnreadableMediaError, probe, thumbnail
from processing.media.limits import MIB
from processing.media.process import _result, run
from processing.media.reader import _open
from server.demo.recording import Recording, Track

LIMITS = Limits(wall_seconds=20)
BARS = "testsrc2=320x240:r=10"
RED_LEFT_OF_BLUE = "color=red:160x240:r=10[red];color=blue:160x240:r=10[blue];[red][blue]hstack"
BLACK_FIRST = "color=black:320x240:r=10:d=0.5[black];testsrc2=320x240:r=10[bars];[black][bars]concat"
PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{}\n#EXT-X-ENDLIST\n"
TINY_GIF = bytes.fromhex("47494638396101000100800000000000ffffff2c00000000010001000002024401003b")


def record(path: Path, graph: str = BARS, encoder: str = "libx264", *, rotation: int = 0, **options: str) -> Path:
    """Two seconds of the graph's picture."""
    Recording(2, Track(graph, encoder, {"preset": "ultrafast", "threads": "1"} | options), rotation=rotation).write(
        path
    )
    return path


def remux(source: Path, target: Path, **options: str) -> Path:
    """The same packets in another container, or in one with options."""
    with av.open(str(source)) as old, av.open(str(target), "w", options=options) as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    return target


def cut(path: Path, share: float) -> Path:
    """Keep only the first part of the file."""
    os.truncate(path, int(path.stat().st_size * share))
    return path


def sing(path: Path, cover: Path | None = None) -> Path:
    """A second of sound, with a cover picture or without."""
    with av.open("sine=d=1", format="lavfi") as source, av.open(str(path), "w") as target:
        stream = target.add_stream("aac", rate=44100)
        if cover is not None:
            picture = target.add_mux_stream("mjpeg", width=320, height=240)
            picture.disposition = Disposition.attached_pic
            packet = av.Packet(cover.read_bytes())
            packet.stream, packet.pts, packet.dts = picture, 0, 0
            target.mux(packet)
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return path


def whistle(path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16000))
    return path


def still(path: Path) -> Path:
    """One picture as an image file."""
    with av.open(BARS, format="lavfi") as source:
        next(source.decode(video=0)).save(path)
    return path


def filled(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def picture(jpeg: bytes, path: Path) -> VideoFrame:
    """The JPEG decoded, as RGB."""
    path.write_bytes(jpeg)
    with av.open(str(path)) as container:
        return next(container.decode(video=0)).reformat(format="rgb24")


def colour(frame: VideoFrame, x: float, y: float) -> Sequence[int]:
    """Red, green and blue at a place given in shares of width and height."""
    plane = frame.planes[0]
    at = int(y * frame.height) * plane.line_size + int(x * frame.width) * 3
    return bytes(plane)[at : at + 3]


def children() -> set[psutil.Process]:
    return set(psutil.Process().children())


async def started(parent: psutil.Process, count: int) -> list[psutil.Process]:
    """The children of the process as soon as it has that many."""
    for _ in range(1000):
        if len(parent.children()) == count:
            break
        await asyncio.sleep(0.01)
    return parent.children()


async def gone(process: psutil.Process) -> bool:
    """Whether the process ends within a few seconds; a corpse that init does not collect has ended."""
    for _ in range(500):
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        await asyncio.sleep(0.01)
    return False


@pytest.fixture(autouse=True)
def no_child_is_left() -> Iterator[None]:
    before = children()
    yield
    assert children() <= before


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A file that nobody ever writes, so that opening it never ends."""
    os.mkfifo(tmp_path / "pipe.mp4")
    return tmp_path / "pipe.mp4"


@pytest.mark.parametrize(
    ("filename", "encoder", "name"),
    [
        ("a.mp4", "libx264", "mp4"),
        ("a.mov", "libx264", "mov"),
        ("a.3gp", "libx264", "3gp"),
        ("a.mkv", "libx264", "matroska"),
        ("a.webm", "libvpx", "webm"),
        ("a.avi", "mpeg4", "avi"),
        ("a.ts", "mpeg2video", "mpegts"),
        ("a.mpg", "mpeg2video", "mpeg"),
        ("a.flv", "flv", "flv"),
        ("a.wmv", "wmv2", "wmv"),
    ],
)
async def test_the_format_is_what_people_call_it_whatever_the_file_is_called(
    tmp_path: Path, filename: str, encoder: str, name: str
) -> None:
    graph = "testsrc2=320x240:r=25"  # MPEG-2 knows no slower rate
    path = record(tmp_path / filename, graph, encoder).rename(tmp_path / "upload")

    found = await probe(path, LIMITS)

    assert found.duration_seconds == pytest.approx(2, abs=0.1)
    assert (found.resolution, found.format) == ("320x240", name)


@pytest.mark.parametrize(
    ("rotation", "resolution", "red", "blue"),
    [
        (0, "320x240", (0.1, 0.5), (0.9, 0.5)),
        (-90, "240x320", (0.5, 0.1), (0.5, 0.9)),
        (90, "240x320", (0.5, 0.9), (0.5, 0.1)),
        (180, "320x240", (0.9, 0.5), (0.1, 0.5)),
    ],
)
async def test_a_turned_video_stands_upright(
    tmp_path: Path, rotation: int, resolution: str, red: tuple[float, float], blue: tuple[float, float]
) -> None:
    path = record(tmp_path / "phone.mp4", RED_LEFT_OF_BLUE, rotation=rotation)

    found, jpeg = await asyncio.gather(probe(path, LIMITS), thumbnail(path, LIMITS))

    shown = picture(jpeg, tmp_path / "shown.jpg")
    assert found.resolution == resolution
    assert (shown.width, shown.height) == ((640, 480) if rotation in {0, 180} else (640, 853))
    assert colour(shown, *red) == pytest.approx((255, 0, 0), abs=12)
    assert colour(shown, *blue) == pytest.approx((0, 0, 255), abs=12)


async def test_a_thumbnail_is_as_wide_as_asked_and_its_pixels_are_square(tmp_path: Path) -> None:
    path = record(tmp_path / "wide.mkv", aspect="2")  # pixels twice as wide as tall

    shown = picture(await thumbnail(path, LIMITS, width=321), tmp_path / "shown.jpg")

    assert (shown.width, shown.height) == (321, 120)


async def test_a_thumbnail_is_not_of_a_black_beginning(tmp_path: Path) -> None:
    path = record(tmp_path / "fade.mp4", BLACK_FIRST)

    shown = picture(await thumbnail(path, LIMITS), tmp_path / "shown.jpg")

    assert fmean(bytes(shown.planes[0])) > 50


async def test_a_black_video_has_a_black_thumbnail(tmp_path: Path) -> None:
    path = record(tmp_path / "night.mp4", "color=black:320x240:r=10")

    shown = picture(await thumbnail(path, LIMITS), tmp_path / "shown.jpg")

    assert fmean(bytes(shown.planes[0])) < 5


async def test_a_recording_without_a_duration_is_counted(tmp_path: Path) -> None:
    path = remux(record(tmp_path / "a.webm", encoder="libvpx"), tmp_path / "live.webm", live="1")

    assert (await probe(path, LIMITS)).duration_seconds == pytest.approx(2, abs=0.11)


async def test_a_fragmented_recording_may_be_cut(tmp_path: Path) -> None:
    whole = record(tmp_path / "a.mp4", g="5")
    path = cut(remux(whole, tmp_path / "cut.mp4", movflags="frag_keyframe+empty_moov"), 0.8)

    assert (await probe(path, LIMITS)).resolution == "320x240"
    assert await thumbnail(path, LIMITS)


BAD_FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty": (lambda to: filled(to / "a.mp4", b""), "empty"),
    "text": (lambda to: filled(to / "a.mp4", "Grüße\n".encode() * 2000), "text"),
    "random": (lambda to: filled(to / "a.mp4", os.urandom(100_000)), "not a video"),
    "zeros": (lambda to: filled(to / "a.mp4", bytes(100_000)), "not a video"),
    "archive": (lambda to: filled(to / "a.mp4", b"PK\x03\x04" + os.urandom(9000)), "not a video"),
    "PNG": (lambda to: still(to / "a.png"), "picture"),
    "JPEG": (lambda to: still(to / "a.jpg").rename(to / "a.mp4"), "picture"),
    "GIF": (lambda to: filled(to / "a.gif", TINY_GIF), "picture"),
    "HEIC": (lambda to: filled(to / "a.mp4", b"\x00\x00\x00\x18ftypheic" + bytes(100)), "picture"),
    "WAV": (lambda to: whistle(to / "a.wav"), "sound"),
    "AAC": (lambda to: sing(to / "a.aac"), "sound"),
    "M4A": (lambda to: sing(to / "a.m4a"), "sound"),
    "MKA": (lambda to: sing(to / "a.mka"), "sound"),
    "M4A with a cover": (lambda to: sing(to / "b.mp4", still(to / "cover.jpg")).rename(to / "a.m4a"), "sound"),
    "MP4 without its index": (lambda to: cut(record(to / "a.mp4"), 0.7), "incomplete"),
    "MP4 without its end": (
        lambda to: cut(remux(record(to / "a.mp4"), to / "b.mp4", movflags="+faststart"), 0.7),
        "incomplete",
    ),
    "HLS": (lambda to: filled(to / "a.mp4", PLAYLIST.format(record(to / "b.ts")).encode()), "playlist"),
    "concat": (
        lambda to: filled(to / "a.mp4", f"ffconcat version 1.0\nfile {record(to / 'b.mp4')}".encode()),
        "playlist",
    ),
}


@pytest.mark.parametrize("kind", BAD_FILES)
async def test_a_bad_file_is_refused_in_plain_words(tmp_path: Path, kind: str) -> None:
    make, word = BAD_FILES[kind]
    path = make(tmp_path)

    errors = await asyncio.gather(probe(path, LIMITS), thumbnail(path, LIMITS), return_exceptions=True)

    for error in errors:
        assert isinstance(error, UnreadableMediaError)
        assert word in str(error)
        assert str(tmp_path) not in str(error)
        assert error.hint


@pytest.mark.parametrize("name", ["list.m3u8", "list.mp4"])
def test_ffmpeg_itself_follows_no_playlist(tmp_path: Path, pipe: Path, name: str) -> None:
    path = filled(tmp_path / name, PLAYLIST.format(pipe).encode())

    with pytest.raises(av.FFmpegError):  # were the pipe opened, this would never end
        _open(path)


async def test_a_file_that_cannot_be_opened_in_time_is_given_up(pipe: Path) -> None:
    start = time.monotonic()

    with pytest.raises(MediaTimeoutError, match=r"within 0\.5 seconds"):
        await probe(pipe, Limits(wall_seconds=0.5))

    assert time.monotonic() - start < 5


async def test_no_time_at_all_is_a_timeout(tmp_path: Path) -> None:
    with pytest.raises(MediaTimeoutError):
        await probe(record(tmp_path / "a.mp4"), Limits(wall_seconds=0.001))


async def test_a_file_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = record(tmp_path / "a.mkv", "color=gray:4096x4096:r=1", "ffv1")

    with pytest.raises(UnreadableMediaError, match="200 MiB of memory"):
        await thumbnail(path, Limits(wall_seconds=20, memory_bytes=200 * MIB))


async def test_too_little_memory_to_begin_with_is_an_error_too(tmp_path: Path) -> None:
    with pytest.raises(UnreadableMediaError):
        await probe(record(tmp_path / "a.mp4"), Limits(wall_seconds=20, memory_bytes=MIB))


async def test_a_result_may_not_be_too_large(tmp_path: Path) -> None:
    with pytest.raises(UnreadableMediaError, match="too large"):
        await thumbnail(record(tmp_path / "a.mp4"), Limits(wall_seconds=20, output_bytes=1000))


async def test_processor_time_is_limited(tmp_path: Path) -> None:
    limits = Limits(wall_seconds=20, cpu_seconds=1)
    code = f"from processing.media.limits import *\nconfine({limits!r})\nwhile True: pass"

    status, output, _ = await run([sys.executable, "-c", code], limits)

    assert status == -signal.SIGXCPU
    with pytest.raises(MediaTimeoutError):
        _result(status, output, limits)


async def test_a_crash_is_the_file_s_fault() -> None:
    status, output, log = await run([sys.executable, "-X", "faulthandler", "-c", "import os; os.abort()"], LIMITS)

    assert "Aborted" in log
    with pytest.raises(UnreadableMediaError, match="damaged"):
        _result(status, output, LIMITS)


async def test_a_missing_file_is_not_the_uploader_s_fault(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="status 1"):
        await probe(tmp_path / "gone.mp4", LIMITS)


async def test_the_log_is_kept_short_and_the_output_to_its_limit() -> None:
    code = "import sys; sys.stderr.write('x' * 10**6); sys.stdout.write('y' * 10**6)"

    status, output, log = await run([sys.executable, "-c", code], Limits(wall_seconds=20, output_bytes=10))

    assert (status, output, len(log)) == (0, b"y" * 11, 4096)


async def test_a_child_sees_nothing_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REELGRAPH_JWT_SECRET", "secret")
    monkeypatch.chdir(tmp_path)
    code = "import os, sys; print(sorted(os.environ), sys.stdin.read(), os.getsid(0) == os.getpid())"

    _, output, _ = await run([sys.executable, "-c", code], LIMITS)

    assert b"secret" not in output.lower()
    assert output.rstrip().endswith(b"True")
    assert (await probe(record(Path("relative.mp4")), LIMITS)).format == "mp4"


async def test_cancelling_leaves_no_child(pipe: Path) -> None:
    before = children()
    task = asyncio.create_task(probe(pipe, LIMITS))
    await started(psutil.Process(), len(before) + 1)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert children() == before


async def test_what_a_child_starts_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    start = f"import pathlib, subprocess; p = subprocess.Popen(['sleep', '60']); pathlib.Path({str(note)!r})"

    with pytest.raises(MediaTimeoutError):
        await run([sys.executable, "-c", f"{start}.write_text(str(p.pid)); p.wait()"], Limits(wall_seconds=2))

    pid = int(note.read_text())
    assert not psutil.pid_exists(pid) or await gone(psutil.Process(pid))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")
async def test_a_child_ends_with_its_worker(pipe: Path) -> None:
    call = f"asyncio.run(probe(pathlib.Path({str(pipe)!r}), Limits(60)))"
    code = f"import asyncio, pathlib; from processing.media import *; {call}"
    worker = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    reading = await started(psutil.Process(worker.pid), 1)

    worker.kill()
    await worker.wait()

    assert await gone(reading[0])

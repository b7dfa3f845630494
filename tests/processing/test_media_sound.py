"""The sound in pieces, and what a container says about its content."""

import sys
from array import array
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import av
import psutil
import pytest
from av.audio.frame import AudioFrame

from processing.media import SOUND_BYTES_PER_SECOND, Limits, UnreadableMediaError, facts_of_container, sound
from processing.media.audio import read_sound
from processing.media.facts import MOST_TAG_CHARACTERS, MOST_TAGS
from server.demo.recording import Recording, Track

LIMITS = Limits(wall_seconds=20)
PICTURE = Track("color=gray:160x90:r=25", "mpeg4", {"threads": "1"})
# A tone that is 200 Hz higher every second.
RISING = "aevalsrc=sin(400*PI*(1+floor(t))*t):s=44100:c=stereo"


def recorded(path: Path, encoder: str = "aac", graph: str = RISING, seconds: int = 7, **tags: str) -> Path:
    Recording(seconds, PICTURE, Track(graph, encoder) if encoder else None, tags=tags).write(path)
    return path


def samples(mp3: bytes) -> "array[int]":
    """What a player plays of 16 kHz mono."""
    heard = array("h")
    with av.open(BytesIO(mp3), "r") as container:
        (stream,) = container.streams.audio
        assert (stream.codec_context.name, stream.rate, stream.layout.name) == ("mp3float", 16_000, "mono")
        resampler = av.AudioResampler("s16", "mono", 16_000)
        for frame in container.decode(stream):
            for converted in resampler.resample(frame):
                heard.frombytes(bytes(converted.planes[0])[: converted.samples * 2])
    return heard


def pitch(heard: "array[int]") -> float:
    """Hertz, by counting how often the wave turns negative."""
    return sum(1 for before, after in pairwise(heard) if before >= 0 > after) * 16_000 / len(heard)


@pytest.mark.parametrize(
    ("filename", "encoder"),
    [
        ("a.mp4", "aac"),
        ("a.mov", "pcm_s16le"),
        ("a.mkv", "libopus"),
        ("a.mkv", "flac"),
        ("a.avi", "libmp3lame"),
        ("a.ts", "aac"),
    ],
)
async def test_the_pieces_joined_are_the_whole(tmp_path: Path, filename: str, encoder: str) -> None:
    graph = RISING.replace("44100", "48000")
    path = recorded(tmp_path / filename, encoder, graph)

    whole = samples(await sound(path, LIMITS, start_seconds=0, seconds=100))
    pieces = [samples(await sound(path, LIMITS, start_seconds=start, seconds=2.5)) for start in (0, 2.5, 5)]

    assert len(whole) / 16_000 == pytest.approx(7, abs=0.1)
    assert sum(map(len, pieces)) == pytest.approx(len(whole), abs=160)
    joined = sum(pieces, array("h"))
    for second in range(7):
        middle = slice(second * 16_000 + 2000, second * 16_000 + 14_000)
        assert pitch(whole[middle]) == pytest.approx(200 * (second + 1), abs=10)
        assert pitch(joined[middle]) == pytest.approx(200 * (second + 1), abs=10)


async def test_a_piece_is_as_large_as_promised_and_empty_past_the_end(tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.mp4")

    assert len(await sound(path, LIMITS, start_seconds=1, seconds=5)) == pytest.approx(
        5 * SOUND_BYTES_PER_SECOND, abs=1000
    )
    for start in (7.5, 1e6, 1e300):
        assert await sound(path, LIMITS, start_seconds=start, seconds=5) == b""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a process reads")
@pytest.mark.parametrize(("filename", "encoder"), [("a.mp4", "aac"), ("a.mkv", "flac"), ("a.avi", "libmp3lame")])
def test_what_is_before_a_piece_is_not_read(tmp_path: Path, filename: str, encoder: str) -> None:
    noise = "anoisesrc=r=48000"
    path = recorded(tmp_path / filename, encoder, noise, seconds=60)
    before = psutil.Process().io_counters().read_chars

    assert read_sound(path, 57, 2)

    assert psutil.Process().io_counters().read_chars - before < path.stat().st_size / 2


async def test_a_video_without_sound_has_none(tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.mp4", encoder="")

    assert not (await facts_of_container(path, LIMITS)).has_sound
    with pytest.raises(UnreadableMediaError, match="no sound"):
        await sound(path, LIMITS, start_seconds=0, seconds=5)


async def test_sound_may_not_be_too_large(tmp_path: Path) -> None:
    with pytest.raises(UnreadableMediaError, match="too large"):
        await sound(recorded(tmp_path / "a.mp4"), Limits(20, output_bytes=20_000), start_seconds=0, seconds=7)


@pytest.mark.parametrize("layout", ["mono", "5.1", "7.1", "octagonal"])
async def test_any_number_of_channels_becomes_one(tmp_path: Path, layout: str) -> None:
    graph = f"sine=300:r=48000,aformat=channel_layouts={layout}"
    path = recorded(tmp_path / "a.mkv", "flac", graph, seconds=1)

    heard = samples(await sound(path, LIMITS, start_seconds=0, seconds=5))

    assert pitch(heard) == pytest.approx(300, abs=10)


async def test_sound_may_change_on_the_way(tmp_path: Path) -> None:
    stereo = recorded(tmp_path / "a.ts", "mp2", "sine=300:r=48000,aformat=channel_layouts=stereo", seconds=1)
    mono = recorded(tmp_path / "b.ts", "mp2", "sine=600:r=44100", seconds=1)
    path = tmp_path / "c.ts"
    path.write_bytes(stereo.read_bytes() + mono.read_bytes())

    heard = samples(await sound(path, LIMITS, start_seconds=0, seconds=5))

    assert len(heard) / 16_000 == pytest.approx(2, abs=0.2)
    assert pitch(heard[4000:12_000]) == pytest.approx(300, abs=10)
    assert pitch(heard[-12_000:-4000]) == pytest.approx(600, abs=10)


async def test_damaged_sound_is_read_on_behind_the_damage(tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.avi", "libmp3lame", "sine=300:r=44100", seconds=4)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 8000] = bytes(8000)
    path.write_bytes(content)

    heard = samples(await sound(path, LIMITS, start_seconds=0, seconds=5))

    assert len(heard) > 16_000
    assert pitch(heard[-12_000:-4000]) == pytest.approx(300, abs=10)


async def test_times_of_sound_that_lie_do_not_make_it_longer(tmp_path: Path) -> None:
    """Every frame says that it is at the beginning."""
    path = tmp_path / "a.mkv"
    with av.open("sine=300:r=16000", format="lavfi") as source, av.open(str(path), "w") as target:
        picture = target.add_stream("mpeg4", 25, width=160, height=90)
        stream = target.add_stream("pcm_s16le", 16_000, layout="mono")
        blank = av.VideoFrame(160, 90, "yuv420p")
        blank.pts = 0
        target.mux(picture.encode(blank))
        target.mux(picture.encode(None))
        for _, frame in zip(range(100), source.decode(audio=0), strict=False):
            assert isinstance(frame, AudioFrame)
            for packet in stream.encode(frame):
                packet.pts = packet.dts = 0
                target.mux(packet)

    heard = samples(await sound(path, LIMITS, start_seconds=0, seconds=2))

    assert len(heard) / 16_000 == pytest.approx(2, abs=0.1)


async def test_facts_are_what_the_file_says(tmp_path: Path) -> None:
    path = recorded(
        tmp_path / "a.mkv", title="Höhe  der\x07 Zeit", ARTIST="Ada", description="One.\r\n\r\n\r\nTwo.\x00"
    )

    facts = await facts_of_container(path, LIMITS)

    tags = {name: text for name, text in facts.tags.items() if name != "encoder"}
    assert tags == {"title": "Höhe der Zeit", "artist": "Ada", "description": "One.\n\nTwo."}
    assert facts.has_sound
    assert facts.duration_seconds == pytest.approx(7, abs=0.1)


async def test_facts_are_few_and_short(tmp_path: Path) -> None:
    many = {f"tag{at}": "x" for at in range(1000)}
    path = recorded(tmp_path / "a.mkv", "", seconds=1, title="x" * 100_000, **many)

    tags = (await facts_of_container(path, LIMITS)).tags

    assert len(tags) == MOST_TAGS
    assert len(tags["title"]) == MOST_TAG_CHARACTERS

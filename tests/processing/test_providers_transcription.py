"""What sound a real server of the API is sent, and what is made of what it hears."""

from array import array
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from av.audio.resampler import AudioResampler

from processing.media import SOUND_BYTES_PER_SECOND, Cue, Limits, SubtitleTrack
from processing.providers import Nothing, Providers, Transcript, TranscriptSource
from server.demo.recording import Recording, Track
from tests.support.ai_answers import saying, spoken_in
from tests.support.ai_server import AIServer, ai_server, asking

LIMITS = Limits(wall_seconds=20)
PICTURE = Track("color=gray:160x120:r=5", "libx264", {"preset": "ultrafast", "threads": "1"})
SECONDS = 25
# Each second has a tone of its own: second 7 one of 900 Hz.
LOWEST, STEP = 200, 100
SCALE = Track(f"aevalsrc=sin(2*PI*({LOWEST}+{STEP}*floor(t))*t):s=16000", "aac", {"b": "96k"})


@pytest.fixture
def server() -> Iterator[AIServer]:
    with ai_server() as server:
        yield server


@pytest.fixture
async def providers(server: AIServer) -> AsyncIterator[Providers]:
    """Providers whose pieces of sound are ten seconds long."""
    async with asking(server, max_audio_seconds=10) as providers:
        yield providers


@pytest.fixture(scope="module")
def scale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of 25 seconds that plays a scale, a tone a second."""
    path = tmp_path_factory.mktemp("ai") / "scale.mp4"
    Recording(SECONDS, PICTURE, SCALE).write(path)
    return path


def source_of(file: Path, *tracks: SubtitleTrack, **changes: Any) -> TranscriptSource:
    source = TranscriptSource(file, LIMITS, tracks, has_sound=True, duration_seconds=SECONDS)
    return replace(source, **changes)


def samples_of(mp3: bytes) -> "array[int]":
    """The sound as PyAV decodes it: 16-bit samples."""
    with av.open(BytesIO(mp3), "r") as container:
        stream = container.streams.audio[0]
        assert (container.format.name, stream.rate, stream.layout.name) == ("mp3", 16000, "mono")
        resampler, samples = AudioResampler("s16"), array("h")
        for frame in container.decode(stream):
            for plain in resampler.resample(frame):
                samples.frombytes(bytes(plain.planes[0])[: plain.samples * 2])
    return samples


def tones_of(samples: "array[int]") -> list[int]:
    """For each second, which tone of the scale the middle half of it plays."""
    tones = []
    for start in range(0, len(samples) - 12000, 16000):
        middle = samples[start + 4000 : start + 12000]
        crossings = sum((one < 0) != (following < 0) for one, following in pairwise(middle))
        tones.append(round((crossings - LOWEST) / STEP))  # half a second: as many crossings as hertz
    return tones


async def test_the_sound_is_sent_in_pieces_that_miss_nothing(
    server: AIServer, providers: Providers, scale: Path
) -> None:
    heard = await providers.transcriber.transcribe(source_of(scale))
    pieces = [request.form["file"] for request in server.requests]
    assert [request.form["model"] for request in server.requests] == [b"listener-1"] * 3
    sounds = [samples_of(piece) for piece in pieces]
    assert [tones_of(sound) for sound in sounds] == [[*range(10)], [*range(10, 20)], [*range(20, 25)]]
    assert sum(map(len, sounds)) / 16000 == pytest.approx(SECONDS, abs=0.2)
    assert heard == Transcript("\n".join(map(spoken_in, pieces)), "sv")


async def test_sound_that_begins_late_is_heard(server: AIServer, providers: Providers, tmp_path: Path) -> None:
    late = tmp_path / "late.mkv"
    tone = replace(SCALE, graph="sine=f=500:r=16000:d=4,asetpts=PTS+12/TB")
    Recording(SECONDS, PICTURE, tone).write(late)
    heard = await providers.transcriber.transcribe(source_of(late))
    (request,) = server.requests
    assert tones_of(samples_of(request.form["file"]))[:3] == [3, 3, 3]
    assert heard == Transcript(spoken_in(request.form["file"]), "sv")


async def test_pieces_are_as_small_as_the_api_wants_them(server: AIServer, scale: Path) -> None:
    async with asking(server, max_audio_bytes=40_000) as providers:
        await providers.transcriber.transcribe(source_of(scale))
    sizes = [len(request.form["file"]) for request in server.requests]
    assert len(sizes) == 3
    assert max(sizes) <= 40_000 < max(sizes) + SOUND_BYTES_PER_SECOND
    assert sum(sizes) == pytest.approx(SECONDS * SOUND_BYTES_PER_SECOND, rel=0.05)


async def test_a_piece_may_be_larger_than_what_else_is_read(server: AIServer, scale: Path) -> None:
    async with asking(server) as providers:
        small = source_of(scale, limits=replace(LIMITS, output_bytes=50_000))
        assert isinstance(await providers.transcriber.transcribe(small), Transcript)
    assert len(server.requests[0].form["file"]) > 50_000


def full_track(text: str = "Written by people.") -> SubtitleTrack:
    return SubtitleTrack("eng", None, is_forced=False, cues=(Cue(0, 20, text),))


async def test_what_people_wrote_is_not_listened_to(server: AIServer, providers: Providers) -> None:
    written = await providers.transcriber.transcribe(source_of(Path("unread"), full_track()))
    assert written == Transcript("Written by people.", "eng")
    silent = source_of(Path("unread"), has_sound=False)
    assert await providers.transcriber.transcribe(silent) == Nothing(
        "This video has no subtitles to take a transcript from."
    )
    assert server.requests == []


async def test_a_track_of_a_few_signs_is_only_for_videos_in_which_nothing_is_said(
    server: AIServer, providers: Providers, scale: Path
) -> None:
    signs = SubtitleTrack("eng", None, is_forced=False, cues=(Cue(1, 2, "EXIT"),))
    heard = await providers.transcriber.transcribe(source_of(scale, signs))
    assert isinstance(heard, Transcript)
    assert heard.text.startswith("Words")
    server.answer_next(*[saying('{"text": " "}')] * 3)
    assert await providers.transcriber.transcribe(source_of(scale, signs)) == Transcript("EXIT", "eng")
    server.answer_next(*[saying('{"text": ""}')] * 3)
    assert await providers.transcriber.transcribe(source_of(scale)) == Nothing("Nothing is said in this video.")


@pytest.mark.parametrize(("told", "kept"), [('"english"', None), ('"EN"', "en"), ("null", None)])
async def test_a_language_is_a_code(server: AIServer, scale: Path, told: str, kept: str | None) -> None:
    server.answer_next(saying(f'{{"text": "Hello.\\u0000", "language": {told}, "duration": 25.0}}'))
    async with asking(server) as providers:
        assert await providers.transcriber.transcribe(source_of(scale)) == Transcript("Hello.", kept)


async def test_sound_that_cannot_be_read_is_no_fault_of_the_rest(
    server: AIServer, providers: Providers, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    assert isinstance(await providers.transcriber.transcribe(source_of(broken)), Nothing)
    endless = source_of(broken, duration_seconds=1e9)
    assert await providers.transcriber.transcribe(endless) == Nothing(
        "This video is longer than the 12 hours that are listened to."
    )
    assert server.requests == []

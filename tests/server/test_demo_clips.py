"""The demo library: that its files are what they claim to be, read the way uploads are read."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from statistics import pstdev

import av
import pytest
from av.container import InputContainer
from av.subtitles.subtitle import AssSubtitle

from processing.media import Limits, Probe, UnreadableMediaError, probe, thumbnail
from server.demo.clips import CLIPS, CROSSING_DE, CROSSING_EN, LECTURE_EN, Clip, make_clips

LIMITS = Limits(wall_seconds=20)
WHOLE = [clip for clip in CLIPS if clip.is_whole]
FORMATS = {
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/x-matroska": "matroska",
    "video/quicktime": "mov",
    "video/x-msvideo": "avi",
    "video/mp2t": "mpegts",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The files by name."""
    folder = tmp_path_factory.mktemp("library") / "demo"
    return {clip.filename: path for clip, path in make_clips(folder)}


def opened(path: Path) -> InputContainer:
    return av.open(str(path))


def subtitles(path: Path) -> dict[str | None, list[str]]:
    """The lines of each language."""
    with opened(path) as container:
        lines: dict[str | None, list[str]] = {stream.language: [] for stream in container.streams.subtitles}
        for packet in container.demux(container.streams.subtitles):
            for subtitle in packet.decode():
                assert isinstance(subtitle, AssSubtitle)
                lines[packet.stream.language].append(subtitle.dialogue.decode())
    return lines


def tags(path: Path) -> dict[str, str]:
    """The container's tags; Matroska writes their names in capitals."""
    with opened(path) as container:
        return {name.lower(): value for name, value in container.metadata.items()}


def test_a_dozen_files_of_a_few_megabytes(library: Mapping[str, Path]) -> None:
    assert list(library) == [clip.filename for clip in CLIPS]
    assert len(library) == 12
    assert sum(path.stat().st_size for path in library.values()) < 12_000_000


def test_making_one_again_gives_the_same_bytes(library: Mapping[str, Path], tmp_path: Path) -> None:
    by_size = sorted(WHOLE, key=lambda clip: clip.recording.seconds * library[clip.filename].stat().st_size)

    for clip in by_size[:3]:
        assert clip.write(tmp_path).read_bytes() == library[clip.filename].read_bytes()


@pytest.mark.parametrize("clip", WHOLE, ids=lambda clip: clip.filename)
async def test_a_clip_is_read_as_what_it_was_made(library: Mapping[str, Path], clip: Clip, tmp_path: Path) -> None:
    path = library[clip.filename]

    found, jpeg = await asyncio.gather(probe(path, LIMITS), thumbnail(path, LIMITS))

    assert found == Probe(found.duration_seconds, clip.resolution, FORMATS[clip.content_type])
    assert found.duration_seconds == pytest.approx(clip.recording.seconds, abs=0.1)
    (tmp_path / "shown.jpg").write_bytes(jpeg)
    with opened(tmp_path / "shown.jpg") as container:
        shown = next(container.decode(video=0))
    width, height = map(int, clip.resolution.split("x"))
    assert (shown.width, shown.height) == (640, round(640 * height / width))
    assert pstdev(bytes(shown.reformat(format="gray").planes[0])) > 15


async def test_exactly_one_file_is_broken(library: Mapping[str, Path]) -> None:
    (broken,) = [clip.filename for clip in CLIPS if not clip.is_whole]

    with pytest.raises(UnreadableMediaError, match="incomplete"):
        await probe(library[broken], LIMITS)


def test_the_subtitles_are_there_in_their_languages(library: Mapping[str, Path]) -> None:
    assert subtitles(library["Überfahrt nach Gotland.mp4"]) == {"eng": [*CROSSING_EN], "deu": [*CROSSING_DE]}
    assert subtitles(library["Fourier series, lecture 3.mkv"]) == {"eng": [*LECTURE_EN]}


@pytest.mark.parametrize("clip", [clip for clip in WHOLE if clip.recording.tags], ids=lambda clip: clip.filename)
def test_the_tags_are_there(library: Mapping[str, Path], clip: Clip) -> None:
    written = dict(clip.recording.tags)
    if moment := written.pop("creation_time", None):
        assert tags(library[clip.filename])["creation_time"].startswith(moment.removesuffix("Z"))

    assert tags(library[clip.filename]).items() >= written.items()

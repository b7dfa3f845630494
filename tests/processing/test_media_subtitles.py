"""Text tracks: what is read of those that people have, and how little of those that nobody has."""

import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import pytest
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Disposition, Stream

from processing.media import Cue, Limits, SubtitleTrack, UnreadableMediaError, subtitles
from processing.media.dialogue import text_of_event
from processing.media.subtitle_tracks import MOST_CUES, MOST_TRACKS
from server.demo.recording import Recording, Subtitles, Track

LIMITS = Limits(wall_seconds=20)
PICTURE = Track("color=gray:160x90:r=10", "libx264", {"preset": "ultrafast", "threads": "1"})
LINES = ("Grüße aus Visby", "R&D: 1 + 1", "two\\Nlines", "你好 👩‍🚀")
SAID = ("Grüße aus Visby", "R&D: 1 + 1", "two\nlines", "你好 👩‍🚀")
END_OF_A_PICTURE = b"\x80\x00\x00"  # the least that a track of pictures (PGS) may say
Change = Callable[["Packet[Stream]"], None]


def recorded(path: Path, encoder: str, *tracks: tuple[str, Sequence[str]]) -> Path:
    """Two seconds with tracks of text, each a language and lines."""
    Recording(2, PICTURE, None, [Subtitles(encoder, language, lines) for language, lines in tracks]).write(path)
    return path


def rewritten(path: Path, change: Change = lambda _: None, shift_seconds: float = 0, **tags: str) -> Path:
    """The file with its first text track changed packet by packet, everything later, and tags on that track."""
    target = path.with_stem("rewritten")
    with av.open(str(path)) as old, av.open(str(target), "w") as new:
        streams = {stream.index: new.add_stream_from_template(stream) for stream in old.streams}
        text = streams[old.streams.subtitles[0].index]
        text.metadata.update(tags)
        if "forced" in tags:
            text.disposition = Disposition.forced
        for packet in old.demux():
            if packet.pts is None or packet.time_base is None:
                continue
            packet.pts = packet.dts = packet.pts + int(shift_seconds / packet.time_base)
            packet.stream = streams[packet.stream_index]
            if packet.stream is text:
                change(packet)
            new.mux(packet)
    return target


def filmed(path: Path, encoder: str, count: int, write: Callable[[OutputContainer, Sequence[Stream]], None]) -> Path:
    """A still picture and so many tracks in which `write` puts packets as they are."""
    with av.open(PICTURE.graph, format="lavfi") as source, av.open(str(path), "w") as target:
        picture = target.add_stream("libx264", 10, width=160, height=90)
        streams = [target.add_mux_stream(encoder) for _ in range(count)]
        target.mux(picture.encode(next(source.decode(video=0))))
        target.mux(picture.encode(None))
        write(target, streams)
    return path


def said(content: bytes, stream: Stream, milliseconds: int = 0) -> "Packet[Stream]":
    packet: Packet[Stream] = Packet(content)
    packet.stream, packet.time_base = stream, Fraction(1, 1000)
    packet.pts = packet.dts = milliseconds
    packet.duration = 500
    return packet


@pytest.mark.parametrize(
    ("filename", "encoder"),
    [("a.mp4", "mov_text"), ("a.mkv", "subrip"), ("a.mkv", "ass"), ("a.mkv", "webvtt"), ("a.mkv", "text")],
)
async def test_every_track_with_its_language(tmp_path: Path, filename: str, encoder: str) -> None:
    path = recorded(tmp_path / filename, encoder, ("deu", LINES), ("eng", ("Only one",)))

    german, english = await subtitles(path, LIMITS)

    times = [(0, 0.4), (0.5, 0.9), (1, 1.4), (1.5, 1.9)]
    assert german == SubtitleTrack(
        "deu", None, False, tuple(Cue(*time, text) for time, text in zip(times, SAID, strict=True))
    )
    assert english == SubtitleTrack("eng", None, False, (Cue(0, 1.6, "Only one"),))


@pytest.mark.parametrize(
    ("encoder", "content", "text"),
    [
        ("webvtt", b"<v Ada>1 &lt; 2</v> <c.loud>&amp;</c> {\\i1}", "1 < 2 & {\\i1}"),
        ("subrip", b'{\\an8}<i>leans</i> <font color="red">red</font> {said}', "leans red {said}"),
    ],
)
async def test_markup_is_left_out(tmp_path: Path, encoder: str, content: bytes, text: str) -> None:
    path = filmed(tmp_path / "a.mkv", encoder, 1, lambda target, streams: target.mux(said(content, streams[0])))

    (track,) = await subtitles(path, LIMITS)

    assert [cue.text for cue in track.cues] == [text]


async def test_quicktime_has_text_too(tmp_path: Path) -> None:
    (track,) = await subtitles(recorded(tmp_path / "a.mov", "mov_text", ("eng", LINES)), LIMITS)

    assert track.language == "eng"
    assert [cue.text for cue in track.cues] == list(SAID)


async def test_a_video_without_text_has_no_tracks(tmp_path: Path) -> None:
    silent = recorded(tmp_path / "silent.mp4", "mov_text")
    blank = recorded(tmp_path / "blank.mkv", "ass", ("eng", ("", "{\\p1}m 0 0 l 100 0 100 100{\\p0}")))

    assert await subtitles(silent, LIMITS) == await subtitles(blank, LIMITS) == []


@pytest.mark.parametrize(
    ("said", "language"),
    [("ENG", "eng"), ("pt-BR", "pt-br"), ("zh_Hant", "zh-hant"), ("und", None), ("../../x", None), ("", None)],
)
async def test_a_language_is_one_or_none(tmp_path: Path, said: str, language: str | None) -> None:
    path = rewritten(recorded(tmp_path / "a.mkv", "subrip", ("eng", LINES)), language=said)

    (track,) = await subtitles(path, LIMITS)

    assert track.language == language


async def test_a_track_has_a_title_and_may_be_forced(tmp_path: Path) -> None:
    path = rewritten(recorded(tmp_path / "a.mkv", "subrip", ("eng", LINES)), title="Signs\x07\n & songs", forced="1")

    (track,) = await subtitles(path, LIMITS)

    assert (track.title, track.is_forced) == ("Signs & songs", True)


async def test_pictures_of_text_are_left_out(tmp_path: Path) -> None:
    def write(target: OutputContainer, streams: Sequence[Stream]) -> None:
        target.mux(said(END_OF_A_PICTURE, streams[0]))

    path = filmed(tmp_path / "a.mkv", "pgssub", 1, write)
    with av.open(str(path)) as container:
        assert [stream.name for stream in container.streams.subtitles] == ["pgssub"]

    assert await subtitles(path, LIMITS) == []


async def test_times_count_from_the_beginning_of_the_picture(tmp_path: Path) -> None:
    path = rewritten(recorded(tmp_path / "a.mkv", "subrip", ("eng", LINES)), shift_seconds=100)

    (track,) = await subtitles(path, LIMITS)

    assert [cue.start_seconds for cue in track.cues] == [0, 0.5, 1, 1.5]


@pytest.mark.parametrize(
    ("duration", "ends"),
    [
        (0, [0.5, 1, 1.5, 6.5]),
        (2**62, [0.5, 1, 1.5, 6.5]),
        (-5, [0.5, 1, 1.5, 6.5]),
        (3_600_000, [3600, 3600.5, 3601, 3601.5]),
    ],
)
async def test_a_cue_ends(tmp_path: Path, duration: int, ends: list[float]) -> None:
    def change(packet: "Packet[Stream]") -> None:
        packet.duration = duration

    (track,) = await subtitles(rewritten(recorded(tmp_path / "a.mkv", "subrip", ("eng", LINES)), change), LIMITS)

    assert [cue.end_seconds for cue in track.cues] == ends


async def test_cues_that_are_never_shown_are_left_out(tmp_path: Path) -> None:
    times = iter([-5000, -200, 0, 2**53])

    def change(packet: "Packet[Stream]") -> None:
        packet.pts = packet.dts = next(times)

    path = rewritten(recorded(tmp_path / "a.mkv", "subrip", ("eng", LINES)), change)

    (track,) = await subtitles(path, LIMITS)

    assert [(cue.start_seconds, cue.end_seconds, cue.text) for cue in track.cues] == [
        (0, 0.2, SAID[1]),
        (0, 0.4, SAID[2]),
    ]


async def test_more_than_anybody_reads_is_cut(tmp_path: Path) -> None:
    def write(target: OutputContainer, streams: Sequence[Stream]) -> None:
        target.mux(said(b"word " * 200_000, streams[0]))
        for at in range(MOST_CUES + 100):
            target.mux(said(b"%d" % at, streams[0], at))

    (track,) = await subtitles(filmed(tmp_path / "a.mkv", "subrip", 1, write), LIMITS)

    assert len(track.cues) == MOST_CUES
    assert len(track.cues[0].text) == 1999


async def test_what_is_read_has_room_in_the_output(tmp_path: Path) -> None:
    def write(target: OutputContainer, streams: Sequence[Stream]) -> None:
        for at in range(2000):
            target.mux(said(b'"\\\\\x01' * 20, streams[at % 2], at))

    path = filmed(tmp_path / "a.mkv", "subrip", 2, write)
    whole, cut = await subtitles(path, LIMITS), await subtitles(path, Limits(20, output_bytes=50_000))

    assert [len(track.cues) for track in whole] == [1000, 1000]
    assert [track.cues for track in cut] == [track.cues[: len(cut[0].cues)] for track in whole]
    assert 100 < len(cut[0].cues) < 400
    with pytest.raises(UnreadableMediaError, match="too large"):
        await subtitles(path, Limits(20, output_bytes=1))


async def test_a_thousand_tracks_are_no_more_work_than_some(tmp_path: Path) -> None:
    def write(target: OutputContainer, streams: Sequence[Stream]) -> None:
        for at, stream in enumerate(streams):
            target.mux(said(b"track %d" % at, stream, at))

    path = filmed(tmp_path / "a.mkv", "subrip", 990, write)
    start = time.monotonic()

    tracks = await subtitles(path, LIMITS)

    assert [track.cues[0].text for track in tracks] == [f"track {at}" for at in range(MOST_TRACKS)]
    assert time.monotonic() - start < 5


async def test_a_damaged_cue_costs_only_itself(tmp_path: Path) -> None:
    def write(target: OutputContainer, streams: Sequence[Stream]) -> None:
        for at, content in enumerate([b"before", b"\xff\xfe\xfd", b"after"]):
            target.mux(said(content, streams[0], at))

    (track,) = await subtitles(filmed(tmp_path / "a.mkv", "subrip", 1, write), LIMITS)

    assert [cue.text for cue in track.cues] == ["before", "after"]


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (r"{\i1}leans{\i0} and {\b1\c&H0000FF&}stands{\r}", "leans and stands"),
        (r"one\Ntwo\n three\hfour", "one\ntwo three four"),
        (r"{a comment}text{*\\another}", "text"),
        (r"{\p1}m 0 0 l 100 0{\p0}said{\p2}m 1 1", "said"),
        (r"{\pos(10,20)\pbo3}placed", "placed"),
        (r"\{braces\} {", "{braces} {"),
        ("\\{{}still\\\u2060N", "{still\\N"),
        (r"open {\i1 tag", r"open {\i1 tag"),
        ("bell\x07 and\x00\r\n\r\nnull\u2028line", "bell and\nnull\nline"),
        ("  \u3000 spaces \\N \\N here ", "spaces\nhere"),
        ("with, commas, too", "with, commas, too"),
        ("", ""),
    ],
)
def test_what_is_read_of_ass(event: str, text: str) -> None:
    assert text_of_event(b"0,0,Default,,0,0,0,," + event.encode(), is_ass=True) == text


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (r"{\an8}{\i1}up{\i0} {said}", "up {said}"),
        (r"{\N}", "{\n}"),
        (r"{one\Ntwo}", "{one\ntwo}"),
        ("\\{{}braces}", "{braces}"),
    ],
)
def test_braces_of_other_formats_are_text(event: str, text: str) -> None:
    assert text_of_event(b"0,0,Default,,0,0,0,," + event.encode(), is_ass=False) == text


@pytest.mark.parametrize("piece", [b"{", b"{\\", b"\\", b"{\\p1}", b"}{", b"{\\i1", b"\\N", b"\\N ", b"{}"])
def test_no_text_takes_long(piece: bytes) -> None:
    start = time.monotonic()

    text_of_event(b"0,0,Default,,0,0,0,," + piece * 1_000_000, is_ass=True)

    assert time.monotonic() - start < 1


@pytest.mark.parametrize("event", [b"", b",,,", b"0,0,Default", b"\xff\xfe"])
def test_what_is_no_event_has_no_text(event: bytes) -> None:
    assert text_of_event(event, is_ass=True) == ""

"""Caption files, read back by FFmpeg, and the text made of cues."""

from pathlib import Path
from tempfile import TemporaryDirectory

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processing.captions import plain_text, to_srt, to_vtt
from processing.media import Cue
from processing.media.dialogue import text_of_event

WORD_JOINER = "\u2060"
NASTY = (
    "R&D &amp; <b>bold</b> <i>",
    "00:00:01,000 --> 00:00:02,000",
    "--> --- -->\nNOTE no note\nWEBVTT",
    "{\\an8}up {\\i1}there {comment}",
    "42",
    "{\n}\n{ {}",
    "<c.yellow>Grüße</c> 👩‍🚀 你好 \u202bשמש\u202c",
    "1 < 2 > 0 <3 </",
)


def cues(*texts: str) -> list[Cue]:
    """A second each, with a tenth of one between them."""
    return [Cue(1.1 * at, 1.1 * at + 1, text) for at, text in enumerate(texts)]


def parsed(file: str, suffix: str) -> list[Cue]:
    """The cues of a caption file as FFmpeg reads it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"captions.{suffix}"
        path.write_text(file, encoding="utf-8", newline="")
        with av.open(str(path)) as container:
            (stream,) = container.streams.subtitles
            assert stream.time_base is not None
            found = []
            for packet in container.demux(stream):
                if packet.pts is None or packet.duration is None:
                    continue
                decoded = stream.decode2(packet)
                text = text_of_event(decoded[0].ass, is_ass=False) if decoded else ""  # type: ignore[attr-defined]  # PyAV's base class has none
                start, end = packet.pts * stream.time_base, (packet.pts + packet.duration) * stream.time_base
                found.append(Cue(float(start), float(end), text.replace(WORD_JOINER, "")))
            return found


@pytest.mark.parametrize("text", NASTY)
def test_a_caption_file_says_what_the_cues_say(text: str) -> None:
    given = cues("before", text, "after")

    assert [cue.text for cue in parsed(to_vtt(given), "vtt")] == ["before", text, "after"]
    assert [cue.text for cue in parsed(to_srt(given), "srt")] == ["before", text, "after"]


def test_a_vtt_file_to_the_letter() -> None:
    file = to_vtt([Cue(3599.9996, 360000.25, "last"), Cue(0, 1.5, "a < b\n & c --> d")])

    assert file == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\na &lt; b\n&amp; c --&gt; d\n\n01:00:00.000 --> 100:00:00.250\nlast\n"
    )


def test_an_srt_file_to_the_letter() -> None:
    file = to_srt([Cue(0, 1.5, "a\nb"), Cue(61, 62, "c")])

    assert file == "1\n00:00:00,000 --> 00:00:01,500\na\nb\n\n2\n00:01:01,000 --> 00:01:02,000\nc\n"


def test_no_cues_are_files_too() -> None:
    assert to_vtt([]) == "WEBVTT\n"
    assert parsed(to_vtt([]), "vtt") == []
    assert to_srt([]) == ""
    assert plain_text([]) == ""


def test_a_cue_lasts_and_has_text() -> None:
    file = to_vtt([Cue(1, 1, "now"), Cue(2, 3, " \n\u2028 "), Cue(0.5, 9, "\n\nlong\n\nago\n")])

    assert parsed(file, "vtt") == [Cue(0.5, 9, "long\nago"), Cue(1, 1.001, "now")]


LINES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="\\"), min_size=1)
CUES = st.lists(
    st.builds(
        lambda start, length, lines: Cue(start / 1000, (start + length) / 1000, "\n".join(lines)),
        st.integers(0, 10**8),
        st.integers(1, 10**7),
        st.lists(LINES, min_size=1, max_size=3),
    ),
    max_size=5,
    unique_by=lambda cue: cue.start_seconds,  # FFmpeg takes what begins at once for one
)


@settings(max_examples=150, deadline=None)
@given(CUES)
def test_any_cues_survive_a_caption_file(given: list[Cue]) -> None:
    in_order = sorted(given, key=lambda cue: cue.start_seconds)

    assert parsed(to_vtt(given), "vtt") == in_order
    assert not given or parsed(to_srt(given), "srt") == in_order  # FFmpeg takes an empty file for none


@pytest.mark.parametrize(
    ("texts", "text"),
    [
        (
            ["We have just left", "the harbour.", "Three hours to go."],
            "We have just left the harbour.\nThree hours to go.",
        ),
        (["It was.", "iPhones ring", "Berta comes"], "It was.\niPhones ring\nBerta comes"),
        (["- Who is there?\n- Me."], "- Who is there?\n- Me."),
        (["two\nlines"], "two lines"),
        (["No!", "No!", "Yes!", "No!"], "No!\nYes!\nNo!"),
        (["A", "A\nB", "A\nB\nC", "B\nC\nD"], "A\nB\nC\nD"),
        (["A\nB", "B\nA"], "A\nB\nA"),
    ],
)
def test_text_is_what_is_said(texts: list[str], text: str) -> None:
    assert plain_text(cues(*texts)) == text


def test_text_is_in_the_order_of_time() -> None:
    assert plain_text([Cue(2, 3, "Second."), Cue(0, 1, "First.")]) == "First.\nSecond."

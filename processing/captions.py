"""Subtitles as files that players read, and as text that people read."""

import re
from collections.abc import Iterable, Iterator

from processing.media.results import Cue

# Captions that roll up show a line again while the next ones come.
MOST_LINES_REPEATED = 4
_ENDS = (".", "!", "?", "…", ":", ";", "♪", '"', "”", "»", ")", "]")
# SubRip has no escapes: what would be read as a tag or a time is broken up by a word joiner, which shows as nothing.
_SUBRIP_MARKUP = re.compile(r"--(?=>)|<|\{(?=[\\}]|$)", re.MULTILINE)
_WORD_JOINER = "\u2060"


def to_vtt(cues: Iterable[Cue]) -> str:
    """A WebVTT file (https://www.w3.org/TR/webvtt1/)."""
    blocks = [f"{_clock(start)} --> {_clock(end)}\n{_escaped(text)}\n" for start, end, text in _shown(cues)]
    return "\n".join(["WEBVTT\n", *blocks])


def to_srt(cues: Iterable[Cue]) -> str:
    """A SubRip file."""
    blocks = (
        f"{number}\n{_clock(start, ',')} --> {_clock(end, ',')}\n{_unmistakable(text)}\n"
        for number, (start, end, text) in enumerate(_shown(cues), 1)
    )
    return "\n".join(blocks)


def plain_text(cues: Iterable[Cue]) -> str:
    """What is said, a line each: a sentence that runs on is joined, and what is only shown again left out."""
    said: list[str] = []
    shown: list[str] = []
    for _, _, text in _shown(cues):
        lines = text.split("\n")
        for line in lines[_repeated(shown, lines) :]:
            if shown:
                said.append(" " if _runs_on(shown[-1], line) else "\n")
            said.append(line)
            shown = [*shown, line][-MOST_LINES_REPEATED:]
    return "".join(said)


def _shown(cues: Iterable[Cue]) -> Iterator[tuple[int, int, str]]:
    """Start and end in milliseconds and text without empty lines, in order of time; what can't be shown is left out."""
    for cue in sorted(cues, key=lambda cue: cue.start_seconds):
        start, end = round(cue.start_seconds * 1000), round(cue.end_seconds * 1000)
        text = "\n".join(line.strip() for line in cue.text.splitlines() if line.strip())
        if text:
            yield start, max(end, start + 1), text


def _clock(milliseconds: int, point: str = ".") -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{milliseconds:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unmistakable(text: str) -> str:
    return _SUBRIP_MARKUP.sub(rf"\g<0>{_WORD_JOINER}", text)


def _repeated(shown: list[str], lines: list[str]) -> int:
    """How many of the lines are the last that were shown."""
    most = min(len(shown), len(lines), MOST_LINES_REPEATED)
    return next((count for count in range(most, 0, -1) if shown[-count:] == lines[:count]), 0)


def _runs_on(line: str, following: str) -> bool:
    return following[0].islower() and not line.endswith(_ENDS)

"""The text that is shown over a video. Runs in the child process only."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition
from av.subtitles.stream import SubtitleStream
from av.subtitles.subtitle import AssSubtitle

from processing.media.dialogue import text_of_event
from processing.media.facts import MOST_SECONDS
from processing.media.reader import has_decoder, open_video, packets, skip_others
from processing.media.text import lines

# What containers carry as text; the rest are pictures of text, or closed captions, which overwrite themselves.
ASS_CODECS = {"ass", "ssa"}
TEXT_CODECS = ASS_CODECS | {"mov_text", "subrip", "srt", "webvtt", "text"}
MOST_TRACKS = 64
MOST_CUES = 20_000
MOST_CHARACTERS = 1_000_000
MOST_TITLE_CHARACTERS = 200
# A cue that says no end, or none that can be meant, is shown until the next, and no longer than this.
SECONDS_WITHOUT_END = 5.0
MOST_SECONDS_SHOWN = 3600.0
# Of the output, around a cue's text and a track's cues: twice a number, an escaped title, names and brackets.
CUE_BYTES = 64
TRACK_BYTES = 4096

LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8}){0,4}")


@dataclass(slots=True)
class _Track:
    stream: SubtitleStream
    cues: list[tuple[float, float | None, str]] = field(default_factory=list)
    characters: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.cues) >= MOST_CUES or self.characters >= MOST_CHARACTERS


def read_subtitles(path: Path, room: int) -> bytes:
    """The text tracks of the video in `path` as JSON, no longer than `room` bytes; raises UnreadableMediaError."""
    with open_video(path) as (container, _):
        tracks = {stream.index: _Track(stream) for stream in _text_streams(container)}
        _read_cues(container, tracks, room)
        return json.dumps([_as_dict(track) for track in tracks.values() if track.cues], ensure_ascii=False).encode()


def _text_streams(container: InputContainer) -> list[SubtitleStream]:
    streams = [stream for stream in container.streams.subtitles if has_decoder(stream)]
    return [stream for stream in streams if stream.name in TEXT_CODECS][:MOST_TRACKS]


def _read_cues(container: InputContainer, tracks: dict[int, _Track], room: int) -> None:
    # Players count from the first picture or sound, but show what was recorded before that from the beginning.
    zero = max(0, container.start_time or 0) / av.time_base
    room -= TRACK_BYTES * len(tracks)
    streams = [track.stream for track in tracks.values()]
    skip_others(container, streams)
    for packet in packets(container, streams) if streams else ():
        track = tracks[packet.stream.index]
        if track.is_full or (times := _times(packet, zero)) is None or not (text := _text(packet)):
            continue
        room -= CUE_BYTES + len(json.dumps(text, ensure_ascii=False).encode())
        if room < 0:
            break
        track.cues.append((*times, text))
        track.characters += len(text)


def _times(packet: "Packet[SubtitleStream]", zero: float) -> tuple[float, float | None] | None:
    """Start and, if the packet says it, end, in seconds; None for what is never shown."""
    if packet.pts is None or not packet.time_base:
        return None
    start = float(packet.pts * packet.time_base) - zero
    length = float((packet.duration or 0) * packet.time_base)
    end = start + length if 0 < length <= MOST_SECONDS_SHOWN else None
    if start >= MOST_SECONDS or (end or start) < 0:
        return None
    return max(0.0, start), end


def _text(packet: "Packet[SubtitleStream]") -> str:
    try:
        events = packet.stream.codec_context.decode2(packet) or ()
    except MemoryError:
        raise
    except (FFmpegError, ValueError):  # this one is damaged; the next may not be
        return ""
    is_ass = packet.stream.name in ASS_CODECS
    texts = (text_of_event(event.ass, is_ass=is_ass) for event in events if isinstance(event, AssSubtitle))
    return "\n".join(text for text in texts if text)


def _as_dict(track: _Track) -> dict[str, object]:
    names = {name.lower(): value for name, value in track.stream.metadata.items()}
    cues = sorted(track.cues, key=lambda cue: cue[0])
    starts = [start for start, _, _ in cues[1:]] + [MOST_SECONDS]
    return {
        "language": _language(names.get("language", "")),
        "title": " ".join(lines(names.get("title", "")))[:MOST_TITLE_CHARACTERS].strip() or None,
        "is_forced": bool(track.stream.disposition & Disposition.forced),
        "cues": [_with_end(*cue, following) for cue, following in zip(cues, starts, strict=True)],
    }


def _language(tag: str) -> str | None:
    """The tag in small letters, None for "und" and for what is no tag: it becomes part of file names."""
    tag = tag.strip().lower().replace("_", "-")
    return tag if tag != "und" and LANGUAGE.fullmatch(tag) else None


def _with_end(start: float, end: float | None, text: str, following: float) -> tuple[float, float, str]:
    if end is None:
        longest = start + SECONDS_WITHOUT_END
        end = min(longest, following) if following > start else longest
    return round(start, 3), round(max(end, start + 0.001), 3), text

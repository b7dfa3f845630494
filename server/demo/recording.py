"""A video file to be made: what it shows and plays, and how that is encoded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.subtitles.stream import SubtitleStream
from av.subtitles.subtitle import SubtitleSet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

# FFmpeg encodes text subtitles from ASS, whose lines refer to a style in its header.
ASS_HEADER = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, \
MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


@dataclass(frozen=True, slots=True)
class Track:
    """A picture or a sound: a graph for FFmpeg's lavfi source, an encoder and its options."""

    graph: str
    encoder: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subtitles:
    """Text in one language (ISO 639-2). The lines share the recording's time evenly."""

    encoder: str
    language: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Recording:
    """The content of a video file. Players turn the picture by `rotation` degrees counterclockwise."""

    seconds: int
    picture: Track
    sound: Track | None = None
    subtitles: Sequence[Subtitles] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    rotation: int = 0

    def write(self, path: Path) -> None:
        """Encode into `path`, whose suffix names the container; the same bytes every time."""
        bitexact = {"fflags": "+bitexact"}
        with av.open(self._graph(), format="lavfi") as source, av.open(str(path), "w", options=bitexact) as target:
            target.metadata.update(self.tags)
            picture = self._add_picture(target, source.streams.video[0])
            sound = _add_sound(target, self.sound, source.streams.audio[0]) if self.sound else None
            self._add_subtitles(target)
            for frame in (frame for packet in source.demux() for frame in packet.decode()):
                if isinstance(frame, VideoFrame):
                    target.mux(picture.encode(frame))
                elif isinstance(frame, AudioFrame) and sound is not None:
                    target.mux(sound.encode(frame))
            for stream in (picture, sound) if sound is not None else (picture,):
                target.mux(stream.encode(None))

    def _graph(self) -> str:
        picture = f"{self.picture.graph},trim=duration={self.seconds},format=yuv420p[out0]"
        if self.sound is None:
            return picture
        return f"{picture};{self.sound.graph},atrim=duration={self.seconds}[out1]"

    def _add_picture(self, target: OutputContainer, source: VideoStream) -> VideoStream:
        encoder, options = self.picture.encoder, dict(self.picture.options)
        stream = target.add_stream(encoder, source.average_rate, options, width=source.width, height=source.height)
        assert isinstance(stream, VideoStream)
        if self.rotation:
            stream.set_display_rotation(self.rotation)
        return stream

    def _add_subtitles(self, target: OutputContainer) -> None:
        """Add the tracks, then mux their lines: the first packet closes the file's header."""
        streams = [_add_text(target, subtitles) for subtitles in self.subtitles]
        for stream, subtitles in zip(streams, self.subtitles, strict=True):
            target.mux(list(_lines(stream, subtitles.lines, self.seconds * 1000)))


def _add_sound(target: OutputContainer, track: Track, source: AudioStream) -> AudioStream:
    stream = target.add_stream(track.encoder, source.rate, dict(track.options), layout=source.layout.name)
    assert isinstance(stream, AudioStream)
    return stream


def _add_text(target: OutputContainer, subtitles: Subtitles) -> SubtitleStream:
    stream = target.add_stream(subtitles.encoder)
    assert isinstance(stream, SubtitleStream)
    stream.metadata["language"] = subtitles.language
    stream.codec_context.subtitle_header = ASS_HEADER
    stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
    return stream


def _lines(stream: SubtitleStream, lines: Sequence[str], milliseconds: int) -> Iterator["Packet[SubtitleStream]"]:
    """One packet a line, with a fifth of its time left blank after it."""
    each = milliseconds // len(lines)
    for at, line in enumerate(lines):
        dialogue = f"{at},0,Default,,0,0,0,,{line}".encode()
        packet = stream.codec_context.encode_subtitle(SubtitleSet.create(dialogue, 0, each * 4 // 5, at * each))
        packet.stream, packet.time_base = stream, Fraction(1, 1000)
        yield packet

"""A piece of a video's sound for those who write down what is said. Runs in the child process only."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from io import BytesIO
from itertools import chain, groupby
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError

from processing.media.errors import UnreadableMediaError
from processing.media.facts import MOST_SECONDS
from processing.media.reader import open_video, packets, skip_others, sound_streams
from processing.media.results import SOUND_BYTES_PER_SECOND

SAMPLES_PER_SECOND = 16_000
# Decoders of sound need some of what was before to get going.
SECONDS_BEFORE = 0.5


def read_sound(path: Path, start_seconds: float, seconds: float) -> bytes:
    """The piece as MP3, b"" if there is none; raises UnreadableMediaError."""
    with open_video(path) as (container, _):
        streams = sound_streams(container)
        if not streams:
            raise UnreadableMediaError("This video has no sound.", "Upload a version with sound.")
        frames = _frames(container, streams[0], min(start_seconds, MOST_SECONDS), seconds)
        return _mp3(_at_most(_resampled(frames), round(seconds * SAMPLES_PER_SECOND)))


def _frames(
    container: InputContainer, stream: AudioStream, start_seconds: float, seconds: float
) -> Iterator[AudioFrame]:
    """The frames that begin in the piece: a frame across its end is in it, one across its beginning is not."""
    start = start_seconds + max(0, container.start_time or 0) / av.time_base
    if start_seconds > 0:
        with suppress(FFmpegError):  # what cannot seek is read from its beginning
            container.seek(int((start - SECONDS_BEFORE) * av.time_base))
    # Only now: containers seek by the picture.
    skip_others(container, [stream])
    for frame in _decoded(container, stream):
        time = start if frame.time is None else frame.time
        if time >= start + seconds:
            return
        if time >= start or start_seconds <= 0:
            yield frame


def _decoded(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    # With one thread the limits on memory and processes hold for every file alike.
    stream.codec_context.thread_count = 1
    for packet in packets(container, [stream]):
        try:
            yield from packet.decode()
        except MemoryError:
            raise
        except FFmpegError:  # what is damaged, or in a way that FFmpeg does not know; the next may not be
            continue


def _resampled(frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    """The frames in what speech needs; a resampler knows only one kind of them."""
    for _, alike in groupby(frames, lambda frame: (frame.format.name, frame.layout.name, frame.sample_rate)):
        resampler = AudioResampler("s16p", "mono", SAMPLES_PER_SECOND)
        for frame in alike:
            yield from resampler.resample(frame)
        yield from resampler.resample(None)


def _at_most(frames: Iterator[AudioFrame], samples: int) -> Iterator[AudioFrame]:
    """The frames until there are so many samples, set one behind the other: their own times may lie."""
    count = 0
    for frame in frames:
        frame.pts, frame.time_base = count, Fraction(1, SAMPLES_PER_SECOND)
        count += frame.samples
        yield frame
        if count >= samples:
            return


def _mp3(frames: Iterator[AudioFrame]) -> bytes:
    first = next(frames, None)
    if first is None:
        return b""
    output = BytesIO()
    with av.open(output, "w", format="mp3", options={"id3v2_version": "0"}) as target:
        stream = target.add_stream("libmp3lame", SAMPLES_PER_SECOND, layout="mono", format="s16p")
        assert isinstance(stream, AudioStream)
        stream.bit_rate = SOUND_BYTES_PER_SECOND * 8
        for frame in chain([first], frames, [None]):
            target.mux(stream.encode(frame))
    return output.getvalue()

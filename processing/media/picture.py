"""A picture that stands for a video. Runs in the child process only."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from pathlib import Path
from statistics import pstdev

import av
from av.codec.context import CodecContext
from av.container import InputContainer
from av.error import FFmpegError
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from processing.media.errors import UnreadableMediaError
from processing.media.reader import decode, no_frame, open_video, quarter_turns
from processing.media.signatures import UPLOAD_A_VIDEO

MOMENTS = (0.1, 0.3, 0.6)
FRAMES_PER_MOMENT = 60
# Standard deviation of brightness, of 255: black, fades and plain title cards have less.
ENOUGH_CONTRAST = 12.0
MOST_TIMES_AS_TALL = 16
JPEG_QUANTISER = 4


def read_thumbnail(path: Path, width: int) -> bytes:
    """A JPEG `width` pixels wide of the video in `path`; raises UnreadableMediaError."""
    with open_video(path) as (container, stream):
        frame = _representative_frame(container, stream)
        return _jpeg(_upright(_scaled(frame, stream.sample_aspect_ratio or Fraction(1), width)))


def _representative_frame(container: InputContainer, stream: VideoStream) -> VideoFrame:
    """The first of a few moments that shows something, else the one that shows most."""
    best, most = None, -1.0
    for frame in _moments(container, stream):
        contrast = _contrast(frame)
        if contrast > most:
            best, most = frame, contrast
        if contrast >= ENOUGH_CONTRAST:
            break
    if best is None:
        raise no_frame(stream)
    return best


def _moments(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    start, duration = container.start_time or 0, container.duration or 0
    for share in MOMENTS if duration > 0 else (0.0,):
        seconds = (start + share * duration) / av.time_base
        with suppress(FFmpegError):  # what cannot seek is read on from where it is
            container.seek(int(seconds * av.time_base))
        yield from _frame_at(seconds, decode(container, stream))


def _frame_at(seconds: float, frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    """The first frame at or after the moment, or the last of those that a keyframe far before it leaves time for."""
    frame = None
    for frame in islice(frames, FRAMES_PER_MOMENT):
        if frame.pts is not None and frame.time >= seconds:
            break
    if frame is not None:
        yield frame


def _contrast(frame: VideoFrame) -> float:
    small = frame.reformat(width=64, height=64, format="gray", interpolation="AREA", threads=1)
    return pstdev(bytes(small.planes[0]))


def _scaled(frame: VideoFrame, pixel_aspect: Fraction, width: int) -> VideoFrame:
    """The frame `width` wide with square pixels and JPEG's colours; raises UnreadableMediaError if it is a sliver."""
    sideways = quarter_turns(frame) % 2 == 1
    across, down = frame.width * pixel_aspect, Fraction(frame.height)
    shown_width, shown_height = (down, across) if sideways else (across, down)
    height = max(1, round(width * shown_height / shown_width))
    if height > width * MOST_TIMES_AS_TALL:
        raise UnreadableMediaError("This video is too narrow for a picture of it.", UPLOAD_A_VIDEO)
    sides = (height, width) if sideways else (width, height)
    return frame.reformat(
        *sides, "yuvj420p", dst_colorspace="ITU601", dst_color_range="JPEG", interpolation="AREA", threads=1
    )


def _upright(frame: VideoFrame) -> VideoFrame:
    """The frame turned as its display matrix asks."""
    if not quarter_turns(frame):
        return frame
    graph = Graph()
    graph.threads = 1
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1))
    turns = [graph.add("transpose", "clock") for _ in range(quarter_turns(frame))]
    graph.link_nodes(source, *turns, graph.add("buffersink")).configure()
    graph.vpush(frame)
    return graph.vpull()


def _jpeg(frame: VideoFrame) -> bytes:
    encoder = CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, frame.format.name
    encoder.time_base = Fraction(1)
    encoder.thread_count = 1
    encoder.qscale, encoder.global_quality = True, JPEG_QUANTISER
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])

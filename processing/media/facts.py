"""What a video says about itself. Runs in the child process only."""

from itertools import islice
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from processing.media.reader import decode, no_frame, open_video, packets, quarter_turns, sound_streams
from processing.media.results import ContainerFacts, Probe
from processing.media.signatures import is_webm, read_head
from processing.media.text import paragraphs

# A larger file without a duration is not counted through: that takes longer than the number is worth.
MOST_BYTES_TO_COUNT = 1024**3
# Thirty days: who says longer is damaged or lies.
MOST_SECONDS = 30 * 24 * 3600.0
MOST_TAGS = 100
MOST_TAG_NAME_CHARACTERS = 64
MOST_TAG_CHARACTERS = 10_000


def read_probe(path: Path) -> Probe:
    """Facts about the video in `path`; raises UnreadableMediaError."""
    with open_video(path) as (container, stream):
        frame = next(decode(container, stream), None)
        if frame is None:
            raise no_frame(stream)
        return Probe(_duration(container, stream), _resolution(frame), _format(container, path))


def read_facts(path: Path) -> ContainerFacts:
    """What the file in `path` says about its content; raises UnreadableMediaError."""
    with open_video(path) as (container, stream):
        tags = _tags(container.metadata)
        return ContainerFacts(tags, bool(sound_streams(container)), _duration(container, stream))


def _tags(metadata: dict[str, str]) -> dict[str, str]:
    """Names in small letters with their texts; the first wins where they differ in nothing else."""
    tags: dict[str, str] = {}
    for name, value in islice(metadata.items(), MOST_TAGS):
        key = paragraphs(name[:MOST_TAG_NAME_CHARACTERS]).lower()
        text = paragraphs(value[:MOST_TAG_CHARACTERS])
        if key and text:
            tags.setdefault(key, text)
    return tags


def _resolution(frame: VideoFrame) -> str:
    if quarter_turns(frame) % 2:
        return f"{frame.height}x{frame.width}"
    return f"{frame.width}x{frame.height}"


def _duration(container: InputContainer, stream: VideoStream) -> float | None:
    """Seconds, from the container, else the stream, else counted."""
    seconds = None
    if container.duration is not None:
        seconds = container.duration / av.time_base
    elif stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    elif container.size <= MOST_BYTES_TO_COUNT:
        seconds = _counted_duration(container, stream)
    return seconds if seconds and 0 < seconds <= MOST_SECONDS else None


def _counted_duration(container: InputContainer, stream: VideoStream) -> float | None:
    """Seconds from the start to the end of the last packet, for what browsers record: WebM without a duration."""
    read = packets(container, [stream])
    end = max((packet.pts + (packet.duration or 0) for packet in read if packet.pts is not None), default=None)
    if end is None or stream.time_base is None:
        return None
    return float((end - (stream.start_time or 0)) * stream.time_base)


def _format(container: InputContainer, path: Path) -> str:
    """The everyday name of the container, where FFmpeg has one name for a family of them."""
    match container.format.name:
        case "mov,mp4,m4a,3gp,3g2,mj2":
            return _iso_format(container.metadata.get("major_brand", "qt"))
        case "matroska,webm":
            return "webm" if is_webm(read_head(path)) else "matroska"
        case "asf":
            return "wmv"
        case name:
            return name


def _iso_format(brand: str) -> str:
    """The name for a brand of the MP4 family; files older than brands are QuickTime's."""
    if brand.strip() == "qt":
        return "mov"
    return brand[:3] if brand.startswith(("3gp", "3g2")) else "mp4"

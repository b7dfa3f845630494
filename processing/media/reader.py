"""Opening and decoding an untrusted file with FFmpeg. Runs in the child process only."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TypeVar, cast

import av
from av.audio.stream import AudioStream
from av.codec.context import CodecContext
from av.container import InputContainer
from av.error import DecoderNotFoundError, FFmpegError, InvalidDataError
from av.packet import Packet
from av.stream import Discard, Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from processing.media.errors import UnreadableMediaError
from processing.media.iso_media import is_cut_short
from processing.media.signatures import (
    UPLOAD_A_VIDEO,
    incomplete,
    not_a_video,
    read_head,
    refuse_known,
    sound_only,
)

# Containers that hold video themselves. Playlists (hls, dash, concat) and image sequences would open further files.
DEMUXERS = "mov,matroska,avi,mpegts,mpeg,flv,asf,ogg,mxf"
STILL_PICTURES = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
MOST_PACKETS = 1000

StreamT = TypeVar("StreamT", bound=Stream)


@contextmanager
def open_video(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container in `path` and its moving picture.

    Raises UnreadableMediaError if there is none, and in place of FFmpeg's own errors in the block.
    """
    head = read_head(path)
    refuse_known(head)
    if is_cut_short(path):
        raise incomplete()
    try:
        with _open(path) as container:
            yield container, _moving_picture(container)
    except MemoryError:
        raise
    except DecoderNotFoundError as error:
        message = "This video is encoded in a way that Reelgraph cannot read."
        raise UnreadableMediaError(message, "Upload it as H.264, HEVC, VP9 or AV1.") from error
    except FFmpegError as error:
        raise not_a_video(head) from error


def decode(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """The frames from the container's position on, leaving out damaged ones, until reading fails.

    Gives up after `MOST_PACKETS`, so that a file of nothing but damage costs little.
    """
    for packet in islice(packets(container, [stream]), MOST_PACKETS):
        with suppress(InvalidDataError):
            yield from packet.decode()


def packets(container: InputContainer, streams: Sequence[StreamT]) -> Iterator["Packet[StreamT]"]:
    """The packets of the streams from the container's position on, until reading fails."""
    with suppress(InvalidDataError):
        yield from cast("Iterator[Packet[StreamT]]", container.demux(*streams))


def skip_others(container: InputContainer, streams: Sequence[Stream]) -> None:
    """Have the container not read what is in other streams, where it can."""
    for stream in container.streams:
        if stream not in streams:
            stream.discard = Discard.all


def has_decoder(stream: Stream) -> bool:
    """Whether FFmpeg knows how the stream is encoded; PyAV's types don't know that it may not."""
    context: CodecContext | None = stream.codec_context
    return context is not None


def sound_streams(container: InputContainer) -> list[AudioStream]:
    """The tracks of sound that can be decoded."""
    return [stream for stream in container.streams.audio if has_decoder(stream)]


def no_frame(stream: VideoStream) -> UnreadableMediaError:
    """The error for a video none of whose frames can be decoded; raises MemoryError if there was no room for them."""
    # Decoders pass off a lack of memory as damage. Sixteen frames are what they may have to keep.
    bytearray(16 * 3 // 2 * stream.width * stream.height)
    return UnreadableMediaError("This video is damaged: not one picture in it can be read.", "Export it again.")


def quarter_turns(frame: VideoFrame) -> int:
    """How often the frame is to be turned clockwise by 90 degrees to stand upright: 0 to 3."""
    return -round(frame.rotation / 90) % 4


def _open(path: Path) -> InputContainer:
    options = {"protocol_whitelist": "file", "format_whitelist": DEMUXERS}
    return av.open(str(path), container_options=options, metadata_errors="replace")


def _moving_picture(container: InputContainer) -> VideoStream:
    streams = [stream for stream in container.streams.video if not stream.disposition & STILL_PICTURES]
    if not streams and container.streams.audio:
        raise sound_only()
    if not streams:
        raise UnreadableMediaError("This file is not a video: it has no picture.", UPLOAD_A_VIDEO)
    # With one thread the limits on memory and processes hold for every file alike.
    streams[0].thread_count = 1
    return streams[0]

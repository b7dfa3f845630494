"""Reading media: what is found in sound files, what is said about others, and that no child outlives its caller."""

import asyncio
import io
import os
import signal
import sys
import time
import wave
from collections.abc import Callable
from pathlib import Path

import av
import psutil
import pytest
from av.video.frame import VideoFrame

from processing.media import Limits, MediaTimeoutError, Probe, UnreadableMediaError, probe, thumbnail
from processing.media.limits import MIB
from processing.media.process import _result, run
from processing.media.reader import _open
from server.demo.recording import Recording, Track

LIMITS = Limits(wall_seconds=20)
BARS = "testsrc2=320x240:r=10"
H264 = {"preset": "ultrafast"}
PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{}\n#EXT-X-ENDLIST\n"


def record(path: Path, graph: str = BARS, encoder: str = "libx264", rotation: int = 0, **options: str) -> Path:
    """Two seconds of the graph's picture."""
    defaults = H264 if encoder == "libx264" else {}
    Recording(2, Track(graph, encoder, {**defaults, **options}), rotation=rotation).write(path)
    return path


def remux(source: Path, target: Path, **options: str) -> Path:
    """The same packets in a container with other options."""
    with av.open(str(source)) as old, av.open(str(target), "w", options=options) as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    return target


def sing(path: Path, encoder: str = "aac", cover: bytes | None = None) -> Path:
    """A second of sound, with or without a cover picture."""
    with av.open("sine=d=1", format="lavfi") as source, av.open(str(path), "w") as target:
        stream = target.add_stream(encoder, rate=44100)
        picture = target.add_mux_stream("mjpeg", width=64, height=48) if cover else None
        if picture is not None and cover is not None:
            picture.disposition = av.stream.Disposition.attached_pic
            packet = av.Packet(cover)
            packet.stream, packet.pts, packet.dts = picture, 0, 0
            target.mux(packet)
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return path


def still(path: Path, encoder: str, format_name: str) -> Path:
    """One picture as an image file."""
    with av.open("testsrc2=64x48,trim=end_frame=1", format="lavfi") as source:
        frame = next(source.decode(video=0))
    context = av.CodecContext.create(encoder, "w")
    context.width, context.height, context.pix_fmt = 64, 48, format_name
    context.time_base = av.time_base and __import__("fractions").Fraction(1)
    path.write_bytes(b"".join(bytes(packet) for packet in context.encode(frame.reformat(format=format_name))))
    return path

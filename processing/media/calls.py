"""What the pipeline asks of a video file. The file is opened in a child process, never in this one."""

import json
from pathlib import Path

from processing.media.limits import Limits
from processing.media.results import ContainerFacts, Cue, Probe, SubtitleTrack


async def probe(path: Path, limits: Limits) -> Probe:
    """Facts about the video; raises UnreadableMediaError or MediaTimeoutError."""
    return Probe(**json.loads(await _read("probe", path, limits)))


async def thumbnail(path: Path, limits: Limits, *, width: int = 640) -> bytes:
    """A JPEG, `width` pixels wide, of a moment that shows something, upright and with square pixels.

    Raises UnreadableMediaError or MediaTimeoutError.
    """
    return await _read("thumbnail", path, limits, width=width)


async def subtitles(path: Path, limits: Limits) -> list[SubtitleTrack]:
    """The tracks of text with at least one cue; pictures of text are left out.

    Of more than there is room for in `limits.output_bytes`, the beginning. Raises UnreadableMediaError or
    MediaTimeoutError.
    """
    # JSON of every cue has room in the bytes that the child may write.
    tracks = json.loads(await _read("subtitles", path, limits, room=limits.output_bytes))
    return [SubtitleTrack(**track | {"cues": tuple(Cue(*cue) for cue in track["cues"])}) for track in tracks]


async def facts_of_container(path: Path, limits: Limits) -> ContainerFacts:
    """What the file says about its content; raises UnreadableMediaError or MediaTimeoutError."""
    return ContainerFacts(**json.loads(await _read("facts", path, limits)))


async def sound(path: Path, limits: Limits, *, start_seconds: float, seconds: float) -> bytes:
    """A piece of the first audio track as MP3, 16 kHz mono, `SOUND_BYTES_PER_SECOND`; b"" past the end.

    Pieces that begin where the one before ends miss nothing and share nothing. Raises UnreadableMediaError, also for
    a video without sound, or MediaTimeoutError.
    """
    return await _read("sound", path, limits, start_seconds=start_seconds, seconds=seconds)


async def _read(task: str, path: Path, limits: Limits, **arguments: float) -> bytes:
    # The child imports this package too. It needs no asyncio, and starts a third faster without.
    from processing.media.process import read_in_child  # noqa: PLC0415

    return await read_in_child(task, path, limits, **arguments)

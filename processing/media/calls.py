"""What the pipeline asks of a video file. The file is opened in a child process, never in this one."""

import json
from pathlib import Path

from processing.media.limits import Limits
from processing.media.process import read_in_child
from processing.media.results import Probe


async def probe(path: Path, limits: Limits) -> Probe:
    """Facts about the video; raises UnreadableMediaError or MediaTimeoutError."""
    return Probe(**json.loads(await read_in_child("probe", path, limits)))


async def thumbnail(path: Path, limits: Limits, *, width: int = 640) -> bytes:
    """A JPEG, `width` pixels wide, of a moment that shows something, upright and with square pixels.

    Raises UnreadableMediaError or MediaTimeoutError.
    """
    return await read_in_child("thumbnail", path, limits, width=width)

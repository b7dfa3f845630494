"""What the child process hands back."""

from dataclasses import dataclass
from enum import IntEnum


class ExitStatus(IntEnum):
    """How the child ended, and so what its output is; any other status is no fault of the file."""

    RESULT = 0
    UNREADABLE = 65  # the error's message and hint as JSON
    CRASHED = 70  # nothing; the traceback is in the log
    OUT_OF_MEMORY = 71  # nothing


@dataclass(frozen=True, slots=True)
class Probe:
    """Facts about a video.

    `duration_seconds` is None where the file does not say and is too large to be counted through, `resolution` is
    width and height in pixels as shown ("720x1280" for a phone held upright), `format` the container's everyday name.
    """

    duration_seconds: float | None
    resolution: str | None
    format: str

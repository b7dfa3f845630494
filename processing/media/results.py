"""What the child process hands back."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

SOUND_BYTES_PER_SECOND = 4000


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


@dataclass(frozen=True, slots=True)
class Cue:
    """Text without markup, in one line or several, and from when to when it is shown: 0 or more, end after start."""

    start_seconds: float
    end_seconds: float
    text: str


@dataclass(frozen=True, slots=True)
class SubtitleTrack:
    """Text shown over a video, in the order of time.

    `language` is ISO 639 or BCP 47 as the file says, in small letters; a forced track is for who reads no subtitles
    otherwise: it has only what foreigners and signs in the picture say.
    """

    language: str | None
    title: str | None
    is_forced: bool
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class ContainerFacts:
    """What the file says about its content: `tags` by names in small letters ("title", "artist", "description")."""

    tags: Mapping[str, str]
    has_sound: bool
    duration_seconds: float | None

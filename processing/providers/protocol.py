"""What providers are asked and what they answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from processing.media import Limits, SubtitleTrack


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to take a result from; `reason` says why, to the person who uploaded the video."""

    reason: str


@dataclass(frozen=True, slots=True)
class TranscriptSource:
    """What a transcript can be taken from: the video as a local file, what is known of it, the limits for reading it.

    `subtitles` are the text tracks in the file's order; `duration_seconds` is None where nobody knows.
    """

    file: Path
    limits: Limits
    subtitles: Sequence[SubtitleTrack]
    has_sound: bool
    duration_seconds: float | None


@dataclass(frozen=True, slots=True)
class Transcript:
    """What is said in a video; `language` is an ISO 639 code, None where nobody says."""

    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class DescriptionSource:
    """What a description can be made from; `tags` are the container's, with keys in lower case."""

    original_filename: str
    tags: Mapping[str, str]
    transcript_text: str | None
    duration_seconds: float | None


@dataclass(frozen=True, slots=True)
class Description:
    """What a video is about, within the limits of what users may write; None where there is nothing to say."""

    title: str | None
    description: str | None
    tags: tuple[str, ...]
    show_notes: str | None


class Transcriber(Protocol):
    """Finds out what is said in a video."""

    async def transcribe(self, source: TranscriptSource) -> Transcript | Nothing:
        """Raises `ProviderUnavailableError` for what passes, `ProviderRejectedError` for what does not."""


class Describer(Protocol):
    """Finds out what a video is about."""

    async def describe(self, source: DescriptionSource) -> Description | Nothing:
        """Raises `ProviderUnavailableError` for what passes, `ProviderRejectedError` for what does not."""


@dataclass(frozen=True, slots=True)
class Providers:
    """A process's transcriber and describer, and what lets go of what they hold open."""

    transcriber: Transcriber
    describer: Describer
    release: Callable[[], Awaitable[None]] | None = None

    async def close(self) -> None:
        """Let go of connections; the providers can't be used any more."""
        if self.release is not None:
            await self.release()

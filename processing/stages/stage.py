"""What a stage is given and what it gives back."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from database.errors import ReelgraphError
from processing import media
from processing.media import ContainerFacts, Limits, SubtitleTrack
from processing.providers import Providers
from services.storage import Storage
from services.video import storage_prefix
from services.video_job import Work
from services.video_job_stages import Found


class SkipStageError(ReelgraphError):
    """The stage does not apply to this video; the message says why, to the person who uploaded it."""


class VideoFile:
    """The video as a local file, and the limits for reading it; what several stages read of it is read once."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self.limits = limits
        self._readings: dict[Callable[..., Any], asyncio.Task[Any]] = {}

    def subtitles(self) -> Awaitable[list[SubtitleTrack]]:
        """The text tracks; raises UnreadableMediaError or MediaTimeoutError."""
        return self._once(media.subtitles)

    def facts(self) -> Awaitable[ContainerFacts]:
        """What the container says of itself; raises UnreadableMediaError or MediaTimeoutError."""
        return self._once(media.facts_of_container)

    def _once(self, read: Callable[[Path, Limits], Coroutine[Any, Any, Any]]) -> Awaitable[Any]:
        # A task, because it keeps what it failed with as well: what took too long is not tried again.
        if read not in self._readings:
            self._readings[read] = asyncio.create_task(read(self.path, self.limits))
        return self._readings[read]


@dataclass(frozen=True, slots=True)
class StageInput:
    """What a stage works on: the job, the video, what earlier stages found, where results go, and who helps."""

    work: Work
    file: VideoFile
    found: Found
    storage: Storage
    providers: Providers

    async def keep(self, name: str, data: bytes, *, content_type: str) -> str:
        """Store a file of results and return its path. It is the job's own, so a second run overwrites the first's."""
        path = f"{storage_prefix(self.work.video_id)}/jobs/{self.work.job_id.hex}/{name}"
        await self.storage.put(path, data, content_type=content_type)
        return path


@dataclass(frozen=True, slots=True)
class StageResult:
    """What a stage found, as columns of `video_metadata`, and what to say about it, if anything."""

    columns: Mapping[str, Any]
    message: str | None = None


Stage: TypeAlias = Callable[[StageInput], Awaitable[StageResult]]

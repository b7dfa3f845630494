"""The steps of processing. Each is a module with one function, `run`: a video in, columns of `video_metadata` out."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from processing.media import Limits
from services.storage import Storage
from services.video_job import Work


@dataclass(frozen=True, slots=True)
class StageInput:
    """What a stage works on: the job, the video as a local file, where results go, and the limits it works in."""

    work: Work
    file: Path
    storage: Storage
    limits: Limits


Stage: TypeAlias = Callable[[StageInput], Awaitable[Mapping[str, Any]]]

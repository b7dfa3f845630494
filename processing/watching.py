"""Who hears of jobs and their stages: nobody, unless the pipeline is given somebody."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from database.video_job import StageName

COMPLETED = "completed"


@dataclass(slots=True)
class Seen:
    """What a job or a stage came to; what raises has failed, whatever stands here."""

    outcome: str = COMPLETED


class Watch(Protocol):
    """Is about every attempt at a job, and within it about every stage."""

    def job(self, job_id: UUID) -> AbstractContextManager[Seen]:
        """Around an attempt."""

    def stage(self, job_id: UUID, name: StageName) -> AbstractContextManager[Seen]:
        """Around a stage."""


class _Unwatched:
    def job(self, job_id: UUID) -> AbstractContextManager[Seen]:
        return nullcontext(Seen())

    def stage(self, job_id: UUID, name: StageName) -> AbstractContextManager[Seen]:
        return nullcontext(Seen())


UNWATCHED: Watch = _Unwatched()

"""What subscribers ask for, what writers do to jobs, and what must arrive of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from database.video_job import ProcessingStatus, Stage, StageName, StageStatus

# `attempt` tells which change an event is about: nothing else of a job is free to carry a number.
QUERY = (
    "subscription { videoJobEvents { cursor job { id attempt status progress processingStages { name status }"
    " video { id title } } } }"
)
BODY = orjson.dumps({"query": QUERY})


@dataclass(frozen=True)
class Job:
    """The active job of an owner, and what of its video is asked for."""

    owner: UUID
    id: UUID
    video_id: UUID
    title: str | None


@dataclass(frozen=True)
class Change:
    """One commit: its number, counted from 1, and nanoseconds since 1970 before COMMIT was sent and after it returned.

    The job is the one at place `number` of the jobs, around and around.
    """

    number: int
    sent: int
    committed: int


def stages_after(steps: int) -> list[Stage]:
    """The stages of a job after some steps: each begins or ends the next stage, and after the last all are pending."""
    now = datetime.now(UTC).isoformat()
    step = steps % (2 * len(StageName) + 1)
    return [_stage(name, step - 2 * place, now) for place, name in enumerate(StageName)]


def _stage(name: StageName, step: int, now: str) -> Stage:
    status = StageStatus.PENDING if step < 1 else StageStatus.RUNNING if step == 1 else StageStatus.DONE
    is_begun, is_done = status != StageStatus.PENDING, status == StageStatus.DONE
    return Stage(
        name=name,
        status=status,
        started_at=now if is_begun else None,
        finished_at=now if is_done else None,
        message=None,
    )


def stages_of(number: int, jobs: int) -> list[Stage]:
    """The stages as a change leaves them, of the job that is its turn among so many."""
    return stages_after((number - 1) // jobs + 1)


def expected_of(number: int, jobs: list[Job]) -> dict[str, Any]:
    """What the event of a change must say of the job."""
    job, stages = job_of(number, jobs), stages_of(number, len(jobs))
    return {
        "id": f"job_{job.id.hex}",
        "attempt": number,
        "status": ProcessingStatus.PROCESSING,
        "progress": sum(stage["status"] == StageStatus.DONE for stage in stages) / len(stages),
        "processingStages": [{"name": stage["name"], "status": stage["status"]} for stage in stages],
        "video": {"id": f"video_{job.video_id.hex}", "title": job.title},
    }


def job_of(number: int, jobs: list[Job]) -> Job:
    """The job that a change is about."""
    return jobs[(number - 1) % len(jobs)]

"""The stages of a job. Each ends once: what comes late, from a worker thought dead, changes nothing."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from database.engine import Database
from database.video_job import ACTIVE, STAGE_ENDED, Stage, StageName, StageStatus, VideoJob
from database.video_metadata import VideoMetadata
from services.video_metadata import keep_found


@dataclass(frozen=True, slots=True)
class Found:
    """What earlier stages found and later ones build on, None where they found nothing."""

    duration_seconds: float | None = None
    transcript_text: str | None = None


def pending_stages(*, besides: Iterable[Stage] = ()) -> list[Stage]:
    """Every stage in its order, as nobody has begun it, besides those that are given."""
    given = {stage["name"]: stage for stage in besides}
    return [
        given.get(name) or Stage(name=name, status=StageStatus.PENDING, started_at=None, finished_at=None, message=None)
        for name in StageName
    ]


def done_stages(job: VideoJob) -> list[Stage]:
    """What need not be repeated when the job is."""
    return [stage for stage in job.processing_stages if stage["status"] == StageStatus.DONE]


async def start_stage(database: Database, job_id: UUID, name: StageName) -> Found | None:
    """Show that a stage is running, from now on; None when there is nothing to do, as it or its job has ended."""
    async with _open_stage(database, job_id, name) as found:
        if found is None:
            return None
        session, job = found
        _change(job, name, status=StageStatus.RUNNING, started_at=_now(), message=None)
        columns = select(VideoMetadata.extracted_video_duration_seconds, VideoMetadata.transcript_text)
        row = (await session.execute(columns.where(VideoMetadata.job_id == job_id))).one_or_none()
        return Found(*row) if row else Found()


async def finish_stage(
    database: Database, job_id: UUID, name: StageName, columns: Mapping[str, Any], message: str | None = None
) -> None:
    """Keep a stage's result, columns of `video_metadata`, and show that the stage is done."""
    async with _open_stage(database, job_id, name) as found:
        if found is not None:
            session, job = found
            _end(job, name, StageStatus.DONE, message)
            await keep_found(session, job, columns)


async def skip_stage(database: Database, job_id: UUID, name: StageName, reason: str) -> None:
    """Show that a stage does not apply, and why."""
    async with _open_stage(database, job_id, name) as found:
        if found is not None:
            _end(found[1], name, StageStatus.SKIPPED, reason)


async def delay_stages(database: Database, job_id: UUID, reason: str) -> None:
    """Show why what is running takes its time: it will be begun anew."""
    async with active_job(database, job_id) as found:
        if found is not None:
            for name in _running(found[1]):
                _change(found[1], name, message=reason)


def fail_stages(job: VideoJob, reason: str) -> None:
    """Show where a job that fails was, and why it got no further."""
    for name in _running(job):
        _end(job, name, StageStatus.FAILED, reason)


@asynccontextmanager
async def active_job(database: Database, job_id: UUID) -> AsyncIterator[tuple[AsyncSession, VideoJob] | None]:
    """A transaction that holds a job which has not ended; None when there is none to hold."""
    async with database.transaction() as session:
        job = await session.get(VideoJob, job_id, with_for_update=True)
        yield (session, job) if job is not None and job.status in ACTIVE else None


@asynccontextmanager
async def _open_stage(
    database: Database, job_id: UUID, name: StageName
) -> AsyncIterator[tuple[AsyncSession, VideoJob] | None]:
    """A transaction that holds the job of a stage, neither of which has ended; None when there is none to hold."""
    async with active_job(database, job_id) as found:
        ended = found and {stage["name"] for stage in found[1].processing_stages if stage["status"] in STAGE_ENDED}
        yield None if ended and name in ended else found


def _running(job: VideoJob) -> list[StageName]:
    return [stage["name"] for stage in job.processing_stages if stage["status"] == StageStatus.RUNNING]


def _end(job: VideoJob, name: StageName, status: StageStatus, message: str | None) -> None:
    _change(job, name, status=status, finished_at=_now(), message=message)


def _change(job: VideoJob, name: StageName, **changes: Any) -> None:
    # A new list, because SQLAlchemy does not see what is changed within one.
    job.processing_stages = [
        cast("Stage", {**stage, **changes}) if stage["name"] == name else stage for stage in job.processing_stages
    ]


def _now() -> str:
    return datetime.now(UTC).isoformat()

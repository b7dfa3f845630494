"""The life of a job: PENDING, PROCESSING, then COMPLETED or FAILED, once."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from database.engine import Database
from database.video import Video
from database.video_job import ACTIVE, ProcessingStatus, Stage, StageName, StageStatus, VideoJob
from database.video_metadata import VideoMetadata


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs to know of a job."""

    job_id: UUID
    video_id: UUID
    storage_path: str
    done: frozenset[StageName]


def pending_stages() -> list[Stage]:
    """The stages of a job that nobody has begun."""
    return [
        Stage(name=name, status=StageStatus.PENDING, started_at=None, finished_at=None, message=None)
        for name in StageName
    ]


async def start_job(database: Database, job_id: UUID) -> Work | None:
    """Begin a job, or go on with one whose worker died; None when it has ended or is gone."""
    async with _active_job(database, job_id) as found:
        if found is None:
            return None
        session, job = found
        job.status = ProcessingStatus.PROCESSING
        job.started_at = job.started_at or datetime.now(UTC)
        video = await session.get_one(Video, job.video_id)
        done = frozenset(stage["name"] for stage in job.processing_stages if stage["status"] == StageStatus.DONE)
        return Work(job.id, video.id, video.storage_path, done)


async def start_stage(database: Database, job_id: UUID, stage: StageName) -> None:
    """Show that a stage is running."""
    async with _active_job(database, job_id) as found:
        if found is not None:
            _set_stage(found[1], stage, StageStatus.RUNNING)


async def finish_stage(database: Database, job_id: UUID, stage: StageName, result: Mapping[str, Any]) -> None:
    """Keep a stage's result, columns of `video_metadata`, and show that the stage is done."""
    async with _active_job(database, job_id) as found:
        if found is None:
            return
        session, job = found
        _set_stage(job, stage, StageStatus.DONE)
        await session.execute(
            insert(VideoMetadata)
            .values(id=uuid7(), uploader_user_id=job.uploader_user_id, job_id=job.id, **result)
            .on_conflict_do_update(index_elements=[VideoMetadata.job_id], set_=dict(result))
        )


async def complete_job(database: Database, job_id: UUID) -> None:
    """End a job well."""
    async with _active_job(database, job_id) as found:
        if found is not None:
            found[1].status = ProcessingStatus.COMPLETED
            found[1].finished_at = datetime.now(UTC)


async def fail_job(database: Database, job_id: UUID, *, code: str, message: str) -> None:
    """End a job with a reason: a stable code for programs, a message for people."""
    async with _active_job(database, job_id) as found:
        if found is None:
            return
        job = found[1]
        job.status = ProcessingStatus.FAILED
        job.finished_at = datetime.now(UTC)
        job.error_code, job.error_message = code, message
        for stage in job.processing_stages:
            if stage["status"] == StageStatus.RUNNING:
                _set_stage(job, stage["name"], StageStatus.FAILED, message)


@asynccontextmanager
async def _active_job(database: Database, job_id: UUID) -> AsyncIterator[tuple[AsyncSession, VideoJob] | None]:
    """A transaction that holds a job which has not ended; None when there is none to hold."""
    async with database.transaction() as session:
        job = await session.get(VideoJob, job_id, with_for_update=True)
        yield (session, job) if job is not None and job.status in ACTIVE else None


def _set_stage(job: VideoJob, name: StageName, status: StageStatus, message: str | None = None) -> None:
    now = datetime.now(UTC).isoformat()
    job.processing_stages = [
        stage
        if stage["name"] != name
        else Stage(
            name=name,
            status=status,
            started_at=now if status == StageStatus.RUNNING else stage["started_at"],
            finished_at=None if status == StageStatus.RUNNING else now,
            message=message,
        )
        for stage in job.processing_stages
    ]

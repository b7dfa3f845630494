"""Everybody's jobs, for the operator."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from database.engine import Database
from database.video import Video
from database.video_job import ProcessingStatus, StageName, StageStatus, VideoJob


@dataclass(frozen=True, slots=True)
class ListedJob:
    """A job, whose it is, and the file that it processes.

    `stage` is the one that runs or failed; `message` says why a job failed, or why one that runs takes its time.
    """

    id: UUID
    owner: UUID
    video_id: UUID
    original_filename: str
    status: ProcessingStatus
    stage: StageName | None
    attempt: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error_code: str | None
    message: str | None


async def list_jobs(
    database: Database, *, statuses: Collection[ProcessingStatus] = (), owner: UUID | None = None, limit: int
) -> list[ListedJob]:
    """The newest jobs first; all statuses and owners where none is named."""
    # By their keys, which grow with time: there is no index of everybody's instants.
    newest = select(VideoJob, Video.original_filename).join(Video, Video.id == VideoJob.video_id)
    newest = newest.order_by(VideoJob.id.desc()).limit(limit)
    if statuses:
        newest = newest.where(VideoJob.status.in_(statuses))
    if owner is not None:
        newest = newest.where(VideoJob.uploader_user_id == owner)
    async with database.transaction() as session:
        return [_listed(job, filename) for job, filename in (await session.execute(newest)).all()]


async def owner_of_job(database: Database, job_id: UUID) -> UUID | None:
    """Whose a job is; None where there is none."""
    async with database.transaction() as session:
        return await session.scalar(select(VideoJob.uploader_user_id).where(VideoJob.id == job_id))


def _listed(job: VideoJob, original_filename: str) -> ListedJob:
    at = [stage for stage in job.processing_stages if stage["status"] in {StageStatus.RUNNING, StageStatus.FAILED}]
    return ListedJob(
        id=job.id,
        owner=job.uploader_user_id,
        video_id=job.video_id,
        original_filename=original_filename,
        status=job.status,
        stage=at[0]["name"] if at else None,
        attempt=job.attempt,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        error_code=job.error_code,
        message=job.error_message or (at[0]["message"] if at else None),
    )

"""The life of a job: PENDING, PROCESSING, then COMPLETED or FAILED, once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from database.engine import Database
from database.video import Video
from database.video_job import ACTIVE, ProcessingStatus, Stage, VideoJob
from services.errors import JobStateError, NotFoundError
from services.idempotency import check_key, once
from services.queue import enqueue_job, withdraw_jobs
from services.video_job_stages import active_job, done_stages, fail_stages, pending_stages
from services.video_metadata import take_over_metadata

CANCELED = "CANCELED"


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs to know of a job."""

    job_id: UUID
    video_id: UUID
    original_filename: str
    storage_path: str
    size_bytes: int


async def start_job(database: Database, job_id: UUID) -> Work | None:
    """Begin a job, or go on with one whose worker died; None when it has ended or is gone."""
    async with active_job(database, job_id) as found:
        if found is None:
            return None
        session, job = found
        job.status = ProcessingStatus.PROCESSING
        job.started_at = job.started_at or datetime.now(UTC)
        # A job that was made before there were as many stages as now goes through the new ones too.
        job.processing_stages = pending_stages(besides=job.processing_stages)
        video = await session.get_one(Video, job.video_id)
        return Work(job.id, video.id, video.original_filename, video.storage_path, video.size_bytes)


async def complete_job(database: Database, job_id: UUID) -> None:
    """End a job well."""
    async with active_job(database, job_id) as found:
        if found is not None:
            found[1].status = ProcessingStatus.COMPLETED
            found[1].finished_at = datetime.now(UTC)


async def fail_job(database: Database, job_id: UUID, *, code: str, message: str) -> bool:
    """End a job with a reason: a stable code for programs, a message for people. False if it has ended before."""
    async with active_job(database, job_id) as found:
        if found is not None:
            _fail(found[1], code, message)
        return found is not None


async def cancel_video_job(database: Database, viewer: UUID, job_id: UUID) -> None:
    """End a job that its owner no longer wants; a worker that is at it stops."""
    async with database.transaction(viewer) as session:
        job = await session.scalar(
            select(VideoJob).where(VideoJob.id == job_id, VideoJob.uploader_user_id == viewer).with_for_update()
        )
        if job is None:
            raise NotFoundError("job", job_id)
        if job.status not in ACTIVE:
            raise JobStateError(job_id, f"This job has ended, it is {job.status}: there is nothing to cancel.")
        _fail(job, CANCELED, "It was canceled. Retry it to process the video after all.")
        await withdraw_jobs(session, [job_id])


async def retry_video_job(
    database: Database, viewer: UUID, job_id: UUID, *, idempotency_key: str | None = None
) -> UUID:
    """The new job that goes on where a failed one ended; again with the same key: the same new job."""
    check_key(idempotency_key)
    async with database.transaction(viewer) as session:
        # Whoever makes a job of a video holds the video, so that two at once make one.
        video = await session.scalar(
            select(Video)
            .join(VideoJob, VideoJob.video_id == Video.id)
            .where(VideoJob.id == job_id, VideoJob.uploader_user_id == viewer, Video.uploader_user_id == viewer)
            .with_for_update(of=Video)
        )
        if video is None:
            raise NotFoundError("job", job_id)
        made = await once(
            session,
            lambda: _retry(session, video.id, job_id),
            viewer=viewer,
            key=idempotency_key,
            operation="retryVideoJob",
            given={"job_id": job_id},
        )
        return made["job_id"]


async def _retry(session: AsyncSession, video_id: UUID, job_id: UUID) -> dict[str, UUID]:
    current = (
        await session.scalars(
            select(VideoJob)
            .where(VideoJob.video_id == video_id)
            .order_by(VideoJob.status.in_(ACTIVE).desc(), VideoJob.created_at.desc(), VideoJob.id.desc())
            .limit(1)
        )
    ).one()
    if current.id != job_id:
        raise JobStateError(job_id, f"This is not the video's newest job: that one is {current.status}.")
    if current.status != ProcessingStatus.FAILED:
        raise JobStateError(job_id, f"This job is {current.status}: only a FAILED one can be retried.")
    job = new_job(current.uploader_user_id, video_id, attempt=current.attempt + 1, done=done_stages(current))
    session.add(job)
    await enqueue_job(session, job.id)
    await take_over_metadata(session, current.id, job.id)
    return {"job_id": job.id}


def new_job(uploader_user_id: UUID, video_id: UUID, *, attempt: int = 1, done: Iterable[Stage] = ()) -> VideoJob:
    """A job that waits for a worker; stages that are done are not repeated."""
    return VideoJob(
        id=uuid7(),
        uploader_user_id=uploader_user_id,
        video_id=video_id,
        attempt=attempt,
        processing_stages=pending_stages(besides=done),
    )


def _fail(job: VideoJob, code: str, message: str) -> None:
    job.status = ProcessingStatus.FAILED
    job.finished_at = datetime.now(UTC)
    job.error_code, job.error_message = code, message
    fail_stages(job, message)

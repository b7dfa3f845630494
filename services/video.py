"""What may be done to videos."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from database.engine import Database
from database.video import Video
from database.video_job import ACTIVE, VideoJob
from services.deletion import delete_files, note_deletion
from services.errors import InvalidInputError, Issue, NotFoundError, UploadIncompleteError
from services.idempotency import check_key, misused, once
from services.queue import enqueue_job, withdraw_jobs
from services.storage import ContentTypeMismatchError, Storage, UploadTarget
from services.storage import UploadIncompleteError as NotReceivedError
from services.validation import MEDIA_TYPE, Checks
from services.video_job import new_job

LONGEST_FILENAME = 1024
LONGEST_MEDIA_TYPE = 255


@dataclass(frozen=True, slots=True)
class AnnouncedUpload:
    """The id of a video that is to come, and where its bytes are to go."""

    video_id: UUID
    target: UploadTarget


@dataclass(frozen=True, slots=True)
class CompletedUpload:
    """The ids of a video whose bytes are all there, and of the job that processes it."""

    video_id: UUID
    job_id: UUID


async def create_video_upload(
    database: Database,
    storage: Storage,
    viewer: UUID,
    *,
    original_filename: str,
    content_type: str,
    size_bytes: int,
    largest: int,
    idempotency_key: str | None = None,
) -> AnnouncedUpload:
    """Announce a video of at most `largest` bytes. Again with the same key: the same video, with a new link."""
    largest = min(largest, storage.largest_upload or largest)
    checks = check_upload(original_filename, content_type, size_bytes, largest)
    checks.key(("idempotencyKey",), idempotency_key)
    checks.raise_any()
    given = {"original_filename": original_filename, "content_type": content_type, "size_bytes": size_bytes}
    async with database.transaction(viewer) as session:
        made = await once(
            session,
            lambda: _announce(session, uploader_user_id=viewer, **given),
            viewer=viewer,
            key=idempotency_key,
            operation="createVideoUpload",
            given=given,
        )
        video = await session.get(Video, made["video_id"])
    if video is None:
        raise misused("made a video that is deleted since: a call that is to make another needs a key of its own")
    target = storage.upload_target(
        video.storage_path, content_type=content_type, size_bytes=size_bytes, filename=original_filename
    )
    return AnnouncedUpload(video.id, target)


async def _announce(session: AsyncSession, **values: Any) -> dict[str, UUID]:
    video_id = uuid7()
    session.add(Video(id=video_id, storage_path=f"{storage_prefix(video_id)}/original", **values))
    await session.flush()
    return {"video_id": video_id}


def storage_prefix(video_id: UUID) -> str:
    """The folder in storage that holds all there is of a video."""
    return f"videos/{video_id.hex}"


def check_upload(original_filename: str, content_type: str, size_bytes: int, largest: int) -> Checks:
    """What we would not keep. A file name is data: any text will do."""
    checks = Checks()
    checks.text(("originalFilename",), original_filename, longest=LONGEST_FILENAME)
    if len(content_type) > LONGEST_MEDIA_TYPE or not MEDIA_TYPE.fullmatch(content_type):
        checks.add(("contentType",), "must be a media type such as video/mp4")
    if size_bytes < 1:
        checks.add(("sizeBytes",), "must be at least 1: an empty file is no video")
    elif size_bytes > largest:
        checks.add(("sizeBytes",), f"is {size_bytes:,}; this server takes videos of up to {largest:,} bytes")
    return checks


async def complete_video_upload(
    database: Database, storage: Storage, viewer: UUID, video_id: UUID, *, idempotency_key: str | None = None
) -> CompletedUpload:
    """Take note that all bytes have arrived, and queue the video's first job.

    Again: nothing is changed, and the answer has the newest job; with the same key, the job of the first call.
    """
    check_key(idempotency_key)
    async with storage.accepting, database.transaction(viewer) as session:
        video = await _held_video(session, viewer, video_id)
        made = await once(
            session,
            lambda: _complete(session, storage, video),
            viewer=viewer,
            key=idempotency_key,
            operation="completeVideoUpload",
            given={"video_id": video_id},
        )
        return CompletedUpload(video_id, made["job_id"])


async def _complete(session: AsyncSession, storage: Storage, video: Video) -> dict[str, UUID]:
    if video.uploaded_at is not None:
        newest = select(VideoJob.id).where(VideoJob.video_id == video.id).order_by(VideoJob.created_at.desc())
        return {"job_id": (await session.scalars(newest.limit(1))).one()}
    await _accept(storage, video)
    video.uploaded_at = datetime.now(UTC)
    job = new_job(video.uploader_user_id, video.id)
    session.add(job)
    await enqueue_job(session, job.id)
    return {"job_id": job.id}


async def _accept(storage: Storage, video: Video) -> None:
    """Have storage take in what was sent. Nobody else does at the same time: the video is held."""
    try:
        await storage.accept_upload(video.storage_path, content_type=video.content_type, size_bytes=video.size_bytes)
    except NotReceivedError as error:
        raise UploadIncompleteError(received=error.received_bytes, expected=video.size_bytes) from None
    except ContentTypeMismatchError as error:
        raise InvalidInputError([Issue(("videoId",), f"can't be completed. {error} {error.hint}")]) from None


async def delete_video(database: Database, storage: Storage, viewer: UUID, video_id: UUID) -> None:
    """Delete a video with its jobs, metadata and files; a job that runs is stopped."""
    async with database.transaction(viewer) as session:
        video = await _held_video(session, viewer, video_id)
        active = select(VideoJob.id).where(VideoJob.video_id == video_id, VideoJob.status.in_(ACTIVE))
        await withdraw_jobs(session, (await session.scalars(active.with_for_update())).all())
        deletion_id = note_deletion(session, storage_prefix(video_id))
        await session.delete(video)
    await delete_files(database, storage, deletion_id)


async def _held_video(session: AsyncSession, viewer: UUID, video_id: UUID) -> Video:
    """The viewer's video, which nobody else changes until the session's transaction ends."""
    video = await session.scalar(
        select(Video).where(Video.id == video_id, Video.uploader_user_id == viewer).with_for_update()
    )
    if video is None:
        raise NotFoundError("video", video_id)
    return video

"""What may be done to videos."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from database.engine import Database
from database.video import Video
from database.video_job import VideoJob
from services.errors import NotFoundError, UploadIncompleteError
from services.queue import enqueue_job
from services.storage import Storage, UploadTarget
from services.validation import MEDIA_TYPE, Checks
from services.video_job import pending_stages

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
) -> AnnouncedUpload:
    """Announce a video of at most `largest` bytes."""
    check_upload(original_filename, content_type, size_bytes, largest)
    video_id = uuid7()
    storage_path = f"videos/{video_id.hex}/original"
    async with database.transaction() as session:
        session.add(
            Video(
                id=video_id,
                uploader_user_id=viewer,
                original_filename=original_filename,
                storage_path=storage_path,
                content_type=content_type,
                size_bytes=size_bytes,
            )
        )
    return AnnouncedUpload(
        video_id, storage.upload_target(storage_path, content_type=content_type, size_bytes=size_bytes)
    )


def check_upload(original_filename: str, content_type: str, size_bytes: int, largest: int) -> None:
    """Raise `InvalidInputError` for what we would not keep. A file name is data: any text will do."""
    checks = Checks()
    checks.text(("originalFilename",), original_filename, longest=LONGEST_FILENAME)
    if len(content_type) > LONGEST_MEDIA_TYPE or not MEDIA_TYPE.fullmatch(content_type):
        checks.add(("contentType",), "must be a media type such as video/mp4")
    if size_bytes < 1:
        checks.add(("sizeBytes",), "must be at least 1: an empty file is no video")
    elif size_bytes > largest:
        checks.add(("sizeBytes",), f"is {size_bytes:,}; this server takes videos of up to {largest:,} bytes")
    checks.raise_any()


async def complete_video_upload(database: Database, storage: Storage, viewer: UUID, video_id: UUID) -> CompletedUpload:
    """Take note that all bytes have arrived, and queue the video's first job. Again: the same answer."""
    async with database.transaction() as session:
        video = await session.scalar(
            select(Video).where(Video.id == video_id, Video.uploader_user_id == viewer).with_for_update()
        )
        if video is None:
            raise NotFoundError("video", video_id)
        if video.uploaded_at is not None:
            newest = select(VideoJob.id).where(VideoJob.video_id == video_id).order_by(VideoJob.created_at.desc())
            return CompletedUpload(video_id, (await session.scalars(newest.limit(1))).one())
        received = await storage.size(video.storage_path)
        if received != video.size_bytes:
            raise UploadIncompleteError(received=received or 0, expected=video.size_bytes)
        video.uploaded_at = datetime.now(UTC)
        job = VideoJob(id=uuid7(), uploader_user_id=viewer, video_id=video_id, processing_stages=pending_stages())
        session.add(job)
        await enqueue_job(session, job.id)
        return CompletedUpload(video_id, job.id)

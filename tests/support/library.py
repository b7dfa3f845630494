"""Factories of rows, for one owner."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from database.base import Entity
from database.engine import Database
from database.video import Video
from database.video_job import ProcessingStatus, VideoJob
from database.video_metadata import VideoMetadata
from services.video_job_stages import pending_stages

START = datetime(2026, 1, 1, tzinfo=UTC)


class Library:
    """Makes rows of one owner; each is an hour younger than the one before."""

    def __init__(self, database: Database, owner: UUID) -> None:
        self.database = database
        self.owner = owner
        self._count = 0

    async def video(self, **values: Any) -> Video:
        """A video whose upload is complete."""
        video = self._video(**values)
        await self._add(video)
        return video

    async def job(self, video: Video, status: ProcessingStatus = ProcessingStatus.COMPLETED, **values: Any) -> VideoJob:
        """A job of a video."""
        job = self._job(video, status, **values)
        await self._add(job)
        return job

    async def metadata(self, job: VideoJob, **values: Any) -> VideoMetadata:
        """What a job found."""
        metadata = self._metadata(job, **values)
        await self._add(metadata)
        return metadata

    async def processed_videos(self, count: int, *, jobs: int = 1) -> list[Video]:
        """Videos with completed jobs that have metadata, oldest first."""
        videos = [self._video() for _ in range(count)]
        made = [self._job(video, ProcessingStatus.COMPLETED) for video in videos for _ in range(jobs)]
        await self._add(*videos)
        await self._add(*made)
        await self._add(*(self._metadata(job) for job in made))
        return videos

    def _video(self, **values: Any) -> Video:
        key, at = uuid7(), self._next_instant()
        defaults = {
            "id": key,
            "original_filename": f"clip-{self._count}.mp4",
            "storage_path": f"videos/{key.hex}/original",
            "content_type": "video/mp4",
            "size_bytes": 1000,
            "uploaded_at": at,
            "created_at": at,
        }
        return Video(uploader_user_id=self.owner, **{**defaults, **values})

    def _job(self, video: Video, status: ProcessingStatus, **values: Any) -> VideoJob:
        at = self._next_instant()
        ended = status in {ProcessingStatus.COMPLETED, ProcessingStatus.FAILED}
        defaults = {
            "id": uuid7(),
            "status": status,
            "processing_stages": pending_stages(),
            "created_at": at,
            "finished_at": at if ended else None,
            "error_code": "UNREADABLE_MEDIA" if status == ProcessingStatus.FAILED else None,
        }
        return VideoJob(uploader_user_id=self.owner, video_id=video.id, **{**defaults, **values})

    def _metadata(self, job: VideoJob, **values: Any) -> VideoMetadata:
        defaults = {"title": f"Title {self._count}", "created_at": self._next_instant()}
        return VideoMetadata(uploader_user_id=self.owner, job_id=job.id, **{**defaults, **values})

    async def _add(self, *rows: Entity) -> None:
        async with self.database.transaction() as session:
            session.add_all(rows)

    def _next_instant(self) -> datetime:
        self._count += 1
        return START + timedelta(hours=self._count)

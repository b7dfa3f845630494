"""The rows of a bulk library. A record's fields are the columns that are filled; the others keep their defaults."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class VideoRecord(NamedTuple):
    id: UUID
    uploader_user_id: UUID
    original_filename: str
    storage_path: str
    content_type: str
    size_bytes: int
    uploaded_at: datetime
    created_at: datetime
    updated_at: datetime


class JobRecord(NamedTuple):
    """`processing_stages` is JSON."""

    id: UUID
    uploader_user_id: UUID
    video_id: UUID
    status: str
    processing_stages: str
    error_message: str | None
    error_code: str | None
    attempt: int
    started_at: datetime | None
    finished_at: datetime | None
    created_at: datetime
    updated_at: datetime


class MetadataRecord(NamedTuple):
    id: UUID
    uploader_user_id: UUID
    job_id: UUID
    title: str | None
    description: str | None
    tags: list[str]
    transcript_text: str
    thumbnail_storage_path: str
    extracted_video_duration_seconds: float
    extracted_video_resolution: str
    extracted_video_format: str
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Records:
    """Rows of the three tables; `len` counts them all."""

    videos: list[VideoRecord] = field(default_factory=list)
    jobs: list[JobRecord] = field(default_factory=list)
    metadata: list[MetadataRecord] = field(default_factory=list)

    @property
    def tables(self) -> tuple[Sequence[NamedTuple], ...]:
        """The rows of each table; a table comes after those that it refers to."""
        return self.videos, self.jobs, self.metadata

    def __len__(self) -> int:
        return len(self.videos) + len(self.jobs) + len(self.metadata)

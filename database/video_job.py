"""Processing jobs: the table, and the row that readers get."""

import enum
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import CheckConstraint, Enum, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Entity
from database.statement import Instant, Row


class ProcessingStatus(enum.StrEnum):
    """Where a job stands; it ends COMPLETED or FAILED."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


ACTIVE = (ProcessingStatus.PENDING, ProcessingStatus.PROCESSING)


class StageName(enum.StrEnum):
    """The steps of processing, in their order."""

    PROBE = "PROBE"
    THUMBNAIL = "THUMBNAIL"
    SUBTITLES = "SUBTITLES"
    TRANSCRIPT = "TRANSCRIPT"
    DESCRIPTION = "DESCRIPTION"


class StageStatus(enum.StrEnum):
    """Where a stage stands; it ends DONE, SKIPPED or FAILED."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"


STAGE_ENDED = (StageStatus.DONE, StageStatus.SKIPPED, StageStatus.FAILED)


class Stage(TypedDict):
    """One element of `processing_stages`; instants are ISO 8601 with an offset."""

    name: StageName
    status: StageStatus
    started_at: str | None
    finished_at: str | None
    message: str | None


class VideoJob(Entity):
    """One attempt to process a video; a video has at most one that is active."""

    __tablename__ = "video_jobs"

    video_id: Mapped[UUID]
    status: Mapped[ProcessingStatus] = mapped_column(
        Enum(ProcessingStatus, name="processing_status"), default=ProcessingStatus.PENDING
    )
    processing_stages: Mapped[list[Stage]] = mapped_column(JSONB, default=list, server_default="[]")
    error_message: Mapped[str | None]
    error_code: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(default=1, server_default="1")
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__: Any = (
        ForeignKeyConstraint(
            ["video_id", "uploader_user_id"], ["videos.id", "videos.uploader_user_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("id", "uploader_user_id"),
        CheckConstraint("attempt >= 1", name="attempt_positive"),
        CheckConstraint("(status = 'FAILED') = (error_code IS NOT NULL)", name="failed_has_error_code"),
        CheckConstraint("(status IN ('COMPLETED', 'FAILED')) = (finished_at IS NOT NULL)", name="ended_is_finished"),
        Index(
            "uq_video_jobs_one_active",
            "video_id",
            unique=True,
            postgresql_where=text("status IN ('PENDING', 'PROCESSING')"),
        ),
    )


Index("ix_video_jobs_video_newest", VideoJob.video_id, VideoJob.created_at.desc(), VideoJob.id.desc())
Index("ix_video_jobs_owner_newest", VideoJob.uploader_user_id, VideoJob.created_at.desc(), VideoJob.id.desc())
Index(
    "ix_video_jobs_owner_status_newest",
    VideoJob.uploader_user_id,
    VideoJob.status,
    VideoJob.created_at.desc(),
    VideoJob.id.desc(),
)
# Where row-level security is enforced, a status can't be looked up in an index, but it can be what an index is of.
Index(
    "ix_video_jobs_owner_active",
    VideoJob.uploader_user_id,
    VideoJob.created_at.desc(),
    VideoJob.id.desc(),
    postgresql_where=text("status IN ('PENDING', 'PROCESSING')"),
)


class VideoJobRow(Row):
    id: UUID
    video_id: UUID
    status: str
    processing_stages: list[Stage]
    error_message: str | None
    error_code: str | None
    attempt: int
    started_at: Instant | None
    finished_at: Instant | None
    created_at: Instant
    updated_at: Instant

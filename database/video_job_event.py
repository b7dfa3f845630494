"""The log of what happened to jobs: the table, and the row that readers get."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Enum, Identity, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, Owned
from database.video_job import ProcessingStatus, Stage, VideoJobRow


class VideoJobEvent(Owned):
    """A job as a change left it; written by a trigger on `video_jobs`, never by us.

    `position` grows in the order in which an owner's changes are committed; `id` is the job's. There is no foreign key:
    it would lock the video at the end of the transaction.
    """

    __tablename__ = "video_job_events"

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID]
    video_id: Mapped[UUID]
    status: Mapped[ProcessingStatus] = mapped_column(Enum(ProcessingStatus, name="processing_status"))
    processing_stages: Mapped[list[Stage]] = mapped_column(JSONB)
    error_message: Mapped[str | None]
    error_code: Mapped[str | None]
    attempt: Mapped[int]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    noted_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__: Any = (
        Index("ix_video_job_events_owner", "uploader_user_id", "position"),
        Index("ix_video_job_events_video", "video_id", "position"),
    )


class VideoJobEventHorizon(Base):
    """Where the log begins: events up to `position` are forgotten. One row."""

    __tablename__ = "video_job_event_horizon"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class VideoJobEventRow(VideoJobRow):
    """A job as it was, and where that stands in the log."""

    position: int

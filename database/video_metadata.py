"""What processing found out about a video: the table, and the rows that readers get."""

import enum
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Computed, ForeignKeyConstraint, Index, Text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Entity
from database.statement import Instant, Row


class SubtitleFormat(enum.StrEnum):
    """Formats of subtitle files."""

    VTT = "VTT"
    SRT = "SRT"


class SubtitleFile(TypedDict):
    """One element of `subtitle_files`; `language` is an ISO 639 code."""

    format: SubtitleFormat
    language: str | None
    storage_path: str


# `simple` knows no language: transcripts come in any. A tsvector holds 1 MB, which a longer text might exceed.
ABOUT_WORDS = (
    "to_tsvector('simple'::regconfig, "
    "left(coalesce(title, '') || ' ' || coalesce(description, '') || ' ' || reelgraph_joined(tags), 200000))"
)
TRANSCRIPT_WORDS = "to_tsvector('simple'::regconfig, left(coalesce(transcript_text, ''), 200000))"


class VideoMetadata(Entity):
    """The result of one job. `version` grows by one with every change; files are named by their place in storage.

    `edited_fields` names the columns that a user has written: processing leaves them alone.
    """

    __tablename__ = "video_metadata"

    job_id: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    title: Mapped[str | None]
    description: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    transcript_text: Mapped[str | None]
    transcript_storage_path: Mapped[str | None]
    subtitle_files: Mapped[list[SubtitleFile]] = mapped_column(JSONB, default=list, server_default="[]")
    thumbnail_storage_path: Mapped[str | None]
    extracted_video_duration_seconds: Mapped[float | None]
    extracted_video_resolution: Mapped[str | None]
    extracted_video_format: Mapped[str | None]
    show_notes_text: Mapped[str | None]
    edited_fields: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    about_words: Mapped[str] = mapped_column(TSVECTOR, Computed(ABOUT_WORDS, persisted=True), deferred=True)
    transcript_words: Mapped[str] = mapped_column(TSVECTOR, Computed(TRANSCRIPT_WORDS, persisted=True), deferred=True)

    __table_args__: Any = (
        ForeignKeyConstraint(
            ["job_id", "uploader_user_id"], ["video_jobs.id", "video_jobs.uploader_user_id"], ondelete="CASCADE"
        ),
        CheckConstraint("version >= 1", name="version_positive"),
        Index("ix_video_metadata_owner", "uploader_user_id"),
        Index("ix_video_metadata_transcript_words", "transcript_words", postgresql_using="gin"),
    )


class VideoMetadataRow(Row):
    """Everything but the long texts, which lists never carry."""

    id: UUID
    job_id: UUID
    version: int
    title: str | None
    description: str | None
    tags: list[str]
    transcript_storage_path: str | None
    subtitle_files: list[SubtitleFile]
    thumbnail_storage_path: str | None
    extracted_video_duration_seconds: float | None
    extracted_video_resolution: str | None
    extracted_video_format: str | None
    created_at: Instant
    updated_at: Instant


class VideoMetadataTextsRow(Row):
    id: UUID
    transcript_text: str | None
    show_notes_text: str | None

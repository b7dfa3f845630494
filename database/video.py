"""Uploaded videos: the table, and the row that readers get."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Computed, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Entity
from database.statement import Instant, Row

# The whole name as PostgreSQL's parser sees it, and its parts: IMG_4711.mp4 is found by 4711 too.
FILENAME_WORDS = (
    "to_tsvector('simple'::regconfig, original_filename) || "
    "to_tsvector('simple'::regconfig, regexp_replace(original_filename, '[^[:alnum:]]+', ' ', 'g'))"
)


class Video(Entity):
    """One uploaded file. `uploaded_at` is null until all of its bytes have arrived."""

    __tablename__ = "videos"

    original_filename: Mapped[str]
    storage_path: Mapped[str] = mapped_column(unique=True)
    content_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    uploaded_at: Mapped[datetime | None]
    filename_words: Mapped[str] = mapped_column(TSVECTOR, Computed(FILENAME_WORDS, persisted=True), deferred=True)

    __table_args__ = (
        CheckConstraint("size_bytes > 0", name="size_bytes_positive"),
        # Composite foreign keys point here: a job's owner is its video's owner.
        UniqueConstraint("id", "uploader_user_id"),
    )


Index("ix_videos_owner_newest", Video.uploader_user_id, Video.created_at.desc(), Video.id.desc())
Index("ix_videos_owner_filename", Video.uploader_user_id, Video.original_filename, Video.id)
Index("ix_videos_owner_size", Video.uploader_user_id, Video.size_bytes.desc(), Video.id.desc())
Index("ix_videos_incomplete", Video.created_at, postgresql_where=text("uploaded_at IS NULL"))


class VideoRow(Row):
    id: UUID
    uploader_user_id: UUID
    original_filename: str
    storage_path: str
    content_type: str
    size_bytes: int
    uploaded_at: Instant | None
    created_at: Instant
    updated_at: Instant

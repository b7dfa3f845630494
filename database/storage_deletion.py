"""Folders of storage that are to be emptied, because what they belonged to is deleted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from database.base import Base


class StorageDeletion(Base):
    """A folder, and when it is to be emptied (again): late writers may still put something there."""

    __tablename__ = "storage_deletions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    prefix: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


Index("ix_storage_deletions_due_at", StorageDeletion.due_at)

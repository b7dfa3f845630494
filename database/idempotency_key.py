"""Idempotency keys: what a user's call with a key answered the first time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base


class IdempotencyKey(Base):
    """One key of one user, for one call: `operation` with the input of this hash.

    `result` is null only inside the transaction of the first call.
    """

    __tablename__ = "idempotency_keys"

    uploader_user_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    operation: Mapped[str]
    input_hash: Mapped[bytes]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


Index("ix_idempotency_keys_created_at", IdempotencyKey.created_at)

"""Releases of clients, and the documents that they send."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base


class ClientRelease(Base):
    """A version of a client that is out, or about to be; until it is retired the schema must serve it."""

    __tablename__ = "client_releases"

    client_name: Mapped[str] = mapped_column(primary_key=True)
    client_version: Mapped[str] = mapped_column(primary_key=True)
    registered_at: Mapped[datetime] = mapped_column(server_default=func.now())
    retired_at: Mapped[datetime | None]


class TrustedDocument(Base):
    """A GraphQL document that was registered, by the SHA-256 of its text."""

    __tablename__ = "trusted_documents"

    sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    text: Mapped[str]
    registered_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ReleasedDocument(Base):
    """That a release sends a document."""

    __tablename__ = "released_documents"

    client_name: Mapped[str] = mapped_column(primary_key=True)
    client_version: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[bytes] = mapped_column(ForeignKey(TrustedDocument.sha256), primary_key=True)

    __table_args__: Any = (
        ForeignKeyConstraint(
            ["client_name", "client_version"],
            [ClientRelease.client_name, ClientRelease.client_version],
            ondelete="CASCADE",
        ),
        Index("ix_released_documents_sha256", "sha256"),
    )

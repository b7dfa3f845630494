"""Registered documents, by the SHA-256 of their text."""

from sqlalchemy import exists, select

from database.client_release import ClientRelease, ReleasedDocument, TrustedDocument
from database.engine import Database


async def trusted_text(database: Database, sha256: bytes) -> str | None:
    """The text of a document that a release sends which is not retired; None where there is none."""
    is_sent = exists().where(
        ReleasedDocument.sha256 == TrustedDocument.sha256,
        ReleasedDocument.client_name == ClientRelease.client_name,
        ReleasedDocument.client_version == ClientRelease.client_version,
        ClientRelease.retired_at.is_(None),
    )
    async with database.transaction() as session:
        return await session.scalar(select(TrustedDocument.text).where(TrustedDocument.sha256 == sha256, is_sent))

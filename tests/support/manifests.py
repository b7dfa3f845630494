"""What releases of clients send, as generators write it."""

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from database.engine import Database
from services.clients import register_release


def document_id(text: str) -> str:
    """The id of a document."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def by_hash(texts: Iterable[str]) -> dict[bytes, str]:
    """Documents by the SHA-256 of their texts."""
    return {sha256(text.encode()).digest(): text for text in texts}


async def released(database: Database, *texts: str, name: str = "web", version: str = "1.4.0") -> None:
    """Register a release that sends these documents."""
    await register_release(database, name, version, by_hash(texts))


def write_manifest(path: Path, *texts: str) -> Path:
    """A manifest as graphql-codegen writes it."""
    path.write_text(json.dumps({document_id(text): text for text in texts}))
    return path

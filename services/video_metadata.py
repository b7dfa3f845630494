"""What may be done to metadata."""

from typing import TypedDict
from uuid import UUID

from sqlalchemy import select

from database.engine import Database
from database.video_metadata import VideoMetadata
from services.errors import NotFoundError, VersionConflictError
from services.validation import Checks

LONGEST = {"title": 500, "description": 20_000, "show_notes_text": 200_000}
NAMES = {"title": "title", "description": "description", "show_notes_text": "showNotesText"}
MOST_TAGS = 100
LONGEST_TAG = 100


class MetadataChanges(TypedDict, total=False):
    """What to change: an absent key keeps what is there, None clears it."""

    title: str | None
    description: str | None
    tags: list[str] | None
    show_notes_text: str | None


async def update_video_metadata(
    database: Database,
    viewer: UUID,
    metadata_id: UUID,
    changes: MetadataChanges,
    *,
    expected_version: int | None = None,
) -> None:
    """Change what a user may change. With `expected_version`, only if nobody else has changed it since."""
    check_changes(changes)
    async with database.transaction() as session:
        metadata = await session.scalar(
            select(VideoMetadata)
            .where(VideoMetadata.id == metadata_id, VideoMetadata.uploader_user_id == viewer)
            .with_for_update()
        )
        if metadata is None:
            raise NotFoundError("metadata", metadata_id)
        if expected_version is not None and metadata.version != expected_version:
            raise VersionConflictError(metadata_id=metadata_id, expected=expected_version, current=metadata.version)
        if not changes:
            return
        for name, value in changes.items():
            setattr(metadata, name, [] if name == "tags" and value is None else value)
        metadata.version += 1


def check_changes(changes: MetadataChanges) -> None:
    """Raise `InvalidInputError` for what we would not keep."""
    checks = Checks()
    for name, longest in LONGEST.items():
        if isinstance(value := changes.get(name), str):
            checks.text((NAMES[name],), value, longest=longest, empty=True)
    tags = changes.get("tags") or []
    if len(tags) > MOST_TAGS:
        checks.add(("tags",), f"has {len(tags):,} elements; at most {MOST_TAGS} are kept")
    for index, tag in enumerate(tags):
        checks.text(("tags", str(index)), tag, longest=LONGEST_TAG)
    checks.raise_any()

"""What may be done to metadata."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, TypedDict, cast
from uuid import UUID

from sqlalchemy import insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from database.engine import Database
from database.video_job import VideoJob
from database.video_metadata import VideoMetadata
from services.errors import NotFoundError, VersionConflictError
from services.validation import Checks

LONGEST = {"title": 500, "description": 20_000, "show_notes_text": 200_000}
NAMES = {"title": "title", "description": "description", "show_notes_text": "showNotesText"}
MOST_TAGS = 100
LONGEST_TAG = 100

# A copy has a key, a version and instants of its own, and the database computes the words to search.
ITS_OWN = {"id", "job_id", "version", "created_at", "updated_at"}
TAKEN_OVER = [
    column for column in VideoMetadata.__table__.columns if column.name not in ITS_OWN and column.computed is None
]


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
    changes = normalized(changes)
    check_changes(changes)
    async with database.transaction(viewer) as session:
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
        written = {**changes, "tags": distinct(changes["tags"] or [])} if "tags" in changes else changes
        # What a form sends back as it was is nobody's edit.
        edited = {name for name, value in written.items() if getattr(metadata, name) != value}
        metadata.edited_fields = sorted(edited.union(metadata.edited_fields))
        _write(metadata, written)


async def keep_found(session: AsyncSession, job: VideoJob, found: Mapping[str, Any]) -> None:
    """Write what processing found into a job's metadata, made if there is none; what a user has edited stays.

    The caller holds the job's row, so that nobody else makes its metadata.
    """
    metadata = await session.scalar(select(VideoMetadata).where(VideoMetadata.job_id == job.id).with_for_update())
    if metadata is None:
        session.add(VideoMetadata(uploader_user_id=job.uploader_user_id, job_id=job.id, **found))
        return
    ours = {name: value for name, value in found.items() if name not in metadata.edited_fields}
    if any(getattr(metadata, name) != value for name, value in ours.items()):
        _write(metadata, ours)


async def take_over_metadata(session: AsyncSession, job_id: UUID, new_job_id: UUID) -> None:
    """Copy what one job found, if anything, and what a user has edited of it, to another of the same video."""
    taken = select(literal(uuid7()), literal(new_job_id), *TAKEN_OVER).where(VideoMetadata.job_id == job_id)
    # Locked, so that an edit which is under way is waited for.
    query = insert(VideoMetadata).from_select(["id", "job_id", *TAKEN_OVER], taken.with_for_update())
    await session.execute(query)


def _write(metadata: VideoMetadata, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(metadata, name, value)
    metadata.version += 1


def normalized(changes: MetadataChanges) -> MetadataChanges:
    """The texts in Unicode's composed form, so that what looks equal is equal; titles and tags with single spaces."""
    forms: dict[str, Callable[[Any], Any]] = {
        "title": single_spaced,
        "tags": lambda tags: [single_spaced(tag) for tag in tags],
    }
    return cast(
        "MetadataChanges",
        {name: value and forms.get(name, composed)(value) for name, value in changes.items()},
    )


def composed(text: str) -> str:
    """Unicode's normalization form C: é is one character, however it was typed."""
    return unicodedata.normalize("NFC", text)


def single_spaced(text: str) -> str:
    """Composed, trimmed, and with one space wherever there was white space."""
    return " ".join(composed(text).split())


def distinct(tags: list[str]) -> list[str]:
    """The tags in their order, without empty ones and without those that differ from an earlier one only in case."""
    first: dict[str, str] = {}
    for tag in filter(None, tags):
        first.setdefault(tag.casefold(), tag)
    return list(first.values())


def check_changes(changes: MetadataChanges) -> None:
    """Raise `InvalidInputError` for what we would not keep."""
    checks = Checks()
    for name, longest in LONGEST.items():
        if isinstance(value := changes.get(name), str):
            checks.text((NAMES[name],), value, longest=longest, empty=True)
    tags = changes.get("tags") or []
    if (count := len(distinct(tags))) > MOST_TAGS:
        checks.add(("tags",), f"has {count:,} different elements; at most {MOST_TAGS} are kept")
    for index, tag in enumerate(tags):
        checks.text(("tags", str(index)), tag, longest=LONGEST_TAG, empty=True)
    checks.raise_any()

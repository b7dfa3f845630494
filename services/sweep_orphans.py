"""Files that belong to nothing: no row refers to them, and no job will."""

import logging
import re
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import TextClause, text

from database.engine import Database
from services.deletion import LONGEST_WRITE
from services.storage import ListedObject, Storage

logger = logging.getLogger(__name__)

# What one question to the database asks about, so that a store of any size is compared in the same memory.
PAGE = 1000

# Whose an object is, as its path says. Whatever else lies among the videos is nobody's business here.
OWNED = re.compile(r"videos/(?P<video>[0-9a-f]{32})/(?:jobs/(?P<job>[0-9a-f]{32})/)?.+")
# A job that has not ended may yet refer to what it wrote. Of one that has, what it refers to is kept: whoever dies or
# is canceled in between leaves a file that is no result. One statement, so that no job ends between its parts.
WANTED = text(
    """
SELECT id::text FROM videos WHERE id = ANY(:ids)
UNION ALL SELECT id::text FROM video_jobs WHERE id = ANY(:ids) AND status IN ('PENDING', 'PROCESSING')
UNION ALL SELECT result.path FROM video_metadata CROSS JOIN LATERAL (
    VALUES (thumbnail_storage_path), (transcript_storage_path)
    UNION ALL SELECT file ->> 'storage_path' FROM jsonb_array_elements(subtitle_files) AS file
) AS result (path) WHERE job_id = ANY(:ids)
"""
)

# What is on its way to a video whose bytes have not all arrived is looked after by the sweep of uploads.
ON_ITS_WAY = re.compile(r"incoming/videos/(?P<video>[0-9a-f]{32})/.+")
INCOMPLETE = text("SELECT id::text FROM videos WHERE id = ANY(:ids) AND uploaded_at IS NULL")


async def sweep_orphans(database: Database, storage: Storage, *, older_than: timedelta = LONGEST_WRITE) -> int:
    """Delete the files that no row refers to, and what is left of uploads that were broken off; returns how many.

    Videos and jobs are there before their files, so a file without them is an orphan at any age; those written lately
    are left alone nevertheless, for writers that we know nothing of.
    """
    deleted = 0
    async for page in _pages(storage.list("videos"), older_than):
        deleted += await _delete(storage, await _orphans(database, [path for path in page if OWNED.fullmatch(path)]))
    async for page in _pages(storage.list("incoming"), older_than):
        deleted += await _delete(storage, await _left_behind(database, page))
    if deleted:
        logger.info("%d files that belonged to nothing are deleted", deleted)
    return deleted


async def _pages(objects: AsyncIterator[ListedObject], older_than: timedelta) -> AsyncIterator[list[str]]:
    """The paths of what was written long enough ago, some at a time."""
    latest = datetime.now(UTC) - older_than
    page: list[str] = []
    async for listed in objects:
        if listed.modified_at <= latest:
            page.append(listed.path)
        if len(page) == PAGE:
            yield page
            page = []
    yield page


async def _orphans(database: Database, paths: list[str]) -> list[str]:
    """Those whose video is not there, and those of jobs that are not there or have ended without them."""
    owners = {path: _named(OWNED, path) for path in paths}
    wanted = await _found(database, WANTED, owners.values())
    return [path for path, keys in owners.items() if path not in wanted and not keys <= wanted]


async def _left_behind(database: Database, paths: list[str]) -> list[str]:
    """Those that do not wait for their video to be completed."""
    owners = {path: _named(ON_ITS_WAY, path) for path in paths}
    incomplete = await _found(database, INCOMPLETE, owners.values())
    return [path for path, keys in owners.items() if not keys & incomplete]


def _named(form: re.Pattern[str], path: str) -> set[str]:
    match = form.fullmatch(path)
    return {str(UUID(key)) for key in match.groups() if key} if match else set()


async def _found(database: Database, query: TextClause, keys: Iterable[set[str]]) -> set[str]:
    """The ids and the paths that a query finds by ids."""
    asked = set[str]().union(*keys)
    if not asked:
        return set()
    async with database.transaction() as session:
        return set((await session.scalars(query, {"ids": [UUID(key) for key in asked]})).all())


async def _delete(storage: Storage, paths: list[str]) -> int:
    for path in paths:
        await storage.delete(path)
    return len(paths)

"""Files of what was deleted: they go after the rows are gone, and again later, for whoever wrote until then."""

import logging
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from database.engine import Database
from database.storage_deletion import StorageDeletion
from services.storage import Storage, StorageUnavailableError

logger = logging.getLogger(__name__)

# An upload that begins while its link is valid ends within this time, and so does a stage of processing.
LONGEST_WRITE = timedelta(days=1)


def note_deletion(session: AsyncSession, prefix: str) -> UUID:
    """Keep in the session's transaction that everything under a prefix is to be deleted."""
    deletion = StorageDeletion(id=uuid7(), prefix=prefix)
    session.add(deletion)
    return deletion.id


async def sweep_deletions(database: Database, storage: Storage) -> None:
    """Carry out the deletions that are due: left behind by a crash or a failure, or to be done again."""
    async with database.transaction() as session:
        due = select(StorageDeletion.id).where(StorageDeletion.due_at <= func.now()).order_by(StorageDeletion.due_at)
        deletion_ids = (await session.scalars(due)).all()
    for deletion_id in deletion_ids:
        await delete_files(database, storage, deletion_id)


async def delete_files(database: Database, storage: Storage, deletion_id: UUID) -> None:
    """Carry out one deletion if it is due, and again when nobody can write any more; then it is forgotten.

    A failure is logged, and the deletion stays due.
    """
    try:
        async with database.transaction() as session:
            deletion = await session.scalar(
                select(StorageDeletion)
                .where(StorageDeletion.id == deletion_id, StorageDeletion.due_at <= func.now())
                .with_for_update(skip_locked=True)
            )
            if deletion is None:
                return  # somebody else is at it, or was
            await storage.delete_prefix(deletion.prefix)
            last = deletion.created_at + storage.upload_lifetime + LONGEST_WRITE
            if deletion.due_at >= last:
                await session.delete(deletion)
            else:
                deletion.due_at = last
    except StorageUnavailableError as error:
        logger.warning(
            "the files of deletion %s are not deleted yet; the next sweep tries again: %s", deletion_id, error
        )
    except Exception:
        logger.exception("the files of deletion %s are not deleted yet; the next sweep tries again", deletion_id)

"""Uploads that nobody completes: announced, perhaps even sent, and then forgotten."""

import logging
from uuid import UUID

from sqlalchemy import delete, func, select

from database.engine import Database
from database.video import Video
from services.deletion import LONGEST_WRITE, delete_files, note_deletion
from services.idempotency import KEPT
from services.storage import Storage
from services.video import storage_prefix

logger = logging.getLogger(__name__)
BATCH = 100


async def sweep_uploads(database: Database, storage: Storage) -> None:
    """Delete the videos whose bytes never all arrived, a day after the last that any link to send them allows."""
    while deletion_ids := await _delete_abandoned(database, storage):
        for deletion_id in deletion_ids:
            await delete_files(database, storage, deletion_id)
        logger.info("%d uploads that nobody completed are deleted", len(deletion_ids))


async def _delete_abandoned(database: Database, storage: Storage) -> list[UUID]:
    """Delete some rows; what is being completed right now is held, and left alone."""
    # With its idempotency key, createVideoUpload answers a new link for the same video.
    age = KEPT + storage.upload_lifetime + LONGEST_WRITE
    abandoned = (
        select(Video.id)
        .where(Video.uploaded_at.is_(None), Video.created_at < func.now() - age)
        .order_by(Video.created_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    async with database.transaction() as session:
        video_ids = await session.scalars(delete(Video).where(Video.id.in_(abandoned)).returning(Video.id))
        return [note_deletion(session, storage_prefix(video_id)) for video_id in video_ids.all()]

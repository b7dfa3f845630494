"""Sweeping up: what deletions, crashes and people who changed their minds leave behind."""

from datetime import timedelta

from database.engine import Database
from services.clients import forget_old_usage
from services.deletion import sweep_deletions
from services.idempotency import forget_old_keys
from services.job_events import trim_events
from services.queue import trim_queue_log
from services.storage import Storage
from services.sweep_orphans import sweep_orphans
from services.sweep_uploads import sweep_uploads

__all__ = ["sweep", "sweep_orphans"]


async def sweep(database: Database, storage: Storage, *, events_kept: timedelta) -> None:
    """Delete the files and forget the rows that have had their time. Cheap enough to be done every few minutes."""
    await sweep_deletions(database, storage)
    await sweep_uploads(database, storage)
    await forget_old_keys(database)
    await trim_queue_log(database)
    await trim_events(database, events_kept)
    await forget_old_usage(database)

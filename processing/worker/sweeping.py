"""Sweeping up, every few minutes, by one worker at a time."""

import asyncio
import logging
from datetime import timedelta
from itertools import count

from pgqueuer.adapters.persistence.queries import Queries

from database.engine import Database
from processing.pipeline import TRANSIENT
from processing.worker.link import Link
from services.storage import Storage
from services.sweep import sweep, sweep_orphans

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 300
# To look for orphans is to list the whole store, which object stores have paid for.
SWEEPS_PER_ORPHAN_SWEEP = 12
SWEEP_LOCK = 0x53776565  # any number that others do not lock


async def sweep_in_turn(link: Link, database: Database, storage: Storage, events_kept: timedelta) -> None:
    """Sweep now and every few minutes, while no other worker does: whose turn it is keeps it until its link breaks."""
    for round_ in count():
        try:
            if await link.insist(_is_ours):
                await sweep(database, storage, events_kept=events_kept)
                if round_ % SWEEPS_PER_ORPHAN_SWEEP == 0:
                    await sweep_orphans(database, storage)
        except TRANSIENT as error:
            logger.warning("the sweep is put off for %d seconds: %s", SWEEP_SECONDS, error)
        except Exception:
            logger.exception("the sweep failed; it is tried again in %d seconds", SWEEP_SECONDS)
        await asyncio.sleep(SWEEP_SECONDS)


async def _is_ours(queries: Queries) -> bool:
    # The session's lock, which ends with it; who has it gets it again.
    (row,) = await queries.driver.fetch("SELECT pg_try_advisory_lock($1) AS is_ours", SWEEP_LOCK)
    return bool(row["is_ours"])

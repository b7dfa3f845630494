"""The queue's way in and out: an entry comes and goes in the transaction of the job it is for."""

from collections.abc import Sequence
from uuid import UUID

from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

PROCESS_VIDEO = "process_video"

# The condition is that of the index on dedupe_key, so that it can be used.
ENTRIES = text(
    "SELECT id FROM pgqueuer"
    " WHERE dedupe_key = ANY(:keys) AND dedupe_key IS NOT NULL AND status IN ('queued', 'picked')"
)


async def enqueue_job(session: AsyncSession, job_id: UUID) -> None:
    """Queue a job for processing; workers hear of it when the session's transaction commits."""
    queries = await _queries(session)
    await session.flush()
    await queries.enqueue(PROCESS_VIDEO, job_id.bytes, dedupe_key=job_id.hex)


async def withdraw_jobs(session: AsyncSession, job_ids: Sequence[UUID]) -> None:
    """Take jobs off the queue; a worker that runs one hears of it, and stops, when the session's transaction commits.

    The caller holds the jobs' rows: where everybody takes those before entries, no two wait for each other.
    """
    entries = (await session.scalars(ENTRIES, {"keys": [job_id.hex for job_id in job_ids]})).all()
    if entries:
        await (await _queries(session)).mark_job_as_cancelled(list(entries))


async def _queries(session: AsyncSession) -> Queries:
    # The driver's connection is in the session's transaction only once the session has begun to use it.
    connection = await (await session.connection()).get_raw_connection()
    driver = connection.driver_connection
    assert driver is not None
    return Queries(AsyncpgDriver(driver))

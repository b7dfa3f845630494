"""The queue's way in and out: an entry comes and goes in the transaction of the job it is for.

Owners are served in turn (start-time fair queueing): an entry's tag is the turn it is for, and the smallest tag is
taken first. An owner's next entry is a turn after the one before, and nobody begins before the turn it is now. So
whoever comes with one job waits for no more than one of each other owner's, and whoever keeps coming with one
passes nobody who waits. PgQueuer takes the highest priority first, so that an entry's priority is its tag, negative.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from database.engine import Database

PROCESS_VIDEO = "process_video"
LOG_KEPT = timedelta(days=7)

# The turn it is now, as a priority: that of the entry which is next; where none waits, the last that was taken or put
# off; where there is none at all, turns begin anew. Null then. The literals are those of the indexes' conditions.
# The statement's own time: before an upload is complete, its transaction may have waited long for an object store.
TURN = f"""
coalesce(
    (SELECT priority FROM pgqueuer
        WHERE entrypoint = '{PROCESS_VIDEO}' AND status = 'queued' AND execute_after <= statement_timestamp()
        ORDER BY priority DESC, id LIMIT 1),
    least(
        (SELECT priority FROM pgqueuer
            WHERE entrypoint = '{PROCESS_VIDEO}' AND status = 'queued' ORDER BY priority, id DESC LIMIT 1),
        (SELECT min(priority) FROM pgqueuer WHERE status = 'picked')))
"""  # noqa: S608  no input

# One turn after that of the owner's newest job that has not ended.
OWNERS_NEXT = """
(SELECT entry.priority - 1
    FROM video_jobs AS job
    CROSS JOIN LATERAL (
        SELECT other.id FROM video_jobs AS other
        WHERE other.uploader_user_id = job.uploader_user_id
            AND other.status IN ('PENDING', 'PROCESSING') AND other.id <> job.id
        ORDER BY other.created_at DESC, other.id DESC LIMIT 1
    ) AS newest
    JOIN pgqueuer AS entry ON entry.dedupe_key = replace(newest.id::text, '-', '')
        AND entry.dedupe_key IS NOT NULL AND entry.status IN ('queued', 'picked')
    WHERE job.id = :job_id)
"""

PRIORITY = text(f"SELECT coalesce(least({TURN}, {OWNERS_NEXT}), 0)")

# The condition is that of the index on dedupe_key, so that it can be used.
ENTRIES = text(
    "SELECT id FROM pgqueuer"
    " WHERE dedupe_key = ANY(:keys) AND dedupe_key IS NOT NULL AND status IN ('queued', 'picked')"
)

DEPTH = text(
    "SELECT count(*) FILTER (WHERE status = 'queued' AND execute_after <= now()) AS waiting,"
    " count(*) FILTER (WHERE status = 'queued' AND execute_after > now()) AS put_off,"
    " count(*) FILTER (WHERE status = 'picked') AS running,"
    " coalesce(extract(epoch FROM now() - min(execute_after)"
    " FILTER (WHERE status = 'queued' AND execute_after <= now())), 0)::float8 AS oldest_seconds"
    " FROM pgqueuer WHERE entrypoint = :entrypoint AND status IN ('queued', 'picked')"
)

# What an entry that waits was, is needed to tell how often it was handed out.
FORGET_LOG = text(
    "DELETE FROM pgqueuer_log AS log WHERE created < now() - CAST(:kept AS interval)"
    " AND NOT EXISTS (SELECT FROM pgqueuer AS entry WHERE entry.id = log.job_id)"
)


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """How many jobs wait, are put off for a later attempt, and run; and how long the first that waits has been due."""

    waiting: int
    put_off: int
    running: int
    oldest_seconds: float


async def queue_depth(database: Database) -> QueueDepth:
    """How the queue stands, by one statement."""
    async with database.transaction() as session:
        return QueueDepth(*(await session.execute(DEPTH, {"entrypoint": PROCESS_VIDEO})).one())


async def enqueue_job(session: AsyncSession, job_id: UUID) -> None:
    """Queue a job for processing; workers hear of it when the session's transaction commits."""
    queries = await _queries(session)
    await session.flush()
    priority = (await session.scalars(PRIORITY, {"job_id": job_id})).one()
    await queries.enqueue(PROCESS_VIDEO, job_id.bytes, priority, dedupe_key=job_id.hex)


async def withdraw_jobs(session: AsyncSession, job_ids: Sequence[UUID]) -> None:
    """Take jobs off the queue; a worker that runs one hears of it, and stops, when the session's transaction commits.

    The caller holds the jobs' rows: where everybody takes those before entries, no two wait for each other.
    """
    entries = (await session.scalars(ENTRIES, {"keys": [job_id.hex for job_id in job_ids]})).all()
    if entries:
        await (await _queries(session)).mark_job_as_cancelled(list(entries))


async def trim_queue_log(database: Database) -> None:
    """Forget what became of entries that are long gone."""
    async with database.transaction() as session:
        await session.execute(FORGET_LOG, {"kept": LOG_KEPT})


async def _queries(session: AsyncSession) -> Queries:
    # The driver's connection is in the session's transaction only once the session has begun to use it.
    connection = await (await session.connection()).get_raw_connection()
    driver = connection.driver_connection
    assert driver is not None
    return Queries(AsyncpgDriver(driver))

"""The queue's one way in: an entry is written in the transaction of the job it is for."""

from uuid import UUID

from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from sqlalchemy.ext.asyncio import AsyncSession

PROCESS_VIDEO = "process_video"


async def enqueue_job(session: AsyncSession, job_id: UUID) -> None:
    """Queue a job for processing; workers hear of it when the session's transaction commits."""
    # The driver's connection is in the session's transaction only once the session has begun to use it.
    connection = await (await session.connection()).get_raw_connection()
    await session.flush()
    driver = connection.driver_connection
    assert driver is not None
    await Queries(AsyncpgDriver(driver)).enqueue(PROCESS_VIDEO, job_id.bytes, dedupe_key=job_id.hex)

"""The worker: takes jobs from the queue and processes them, several at a time, until it is told to stop."""

import asyncio
import logging
from datetime import timedelta
from uuid import UUID

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.models import Job

from database.engine import Database
from processing.media import Limits
from processing.pipeline import process
from services.queue import PROCESS_VIDEO
from services.storage import Storage

logger = logging.getLogger(__name__)

# After this long without a heartbeat, a job is taken to have lost its worker and is picked up by another.
HEARTBEAT_TIMEOUT = timedelta(seconds=30)


async def work(
    database: Database,
    storage: Storage,
    limits: Limits,
    *,
    concurrency: int,
    stop: asyncio.Event,
    grace: timedelta = timedelta(seconds=10),
) -> None:
    """Process jobs until `stop` is set; then what runs has `grace` to end before another worker must take it up."""
    connection = await asyncpg.connect(database.dsn)
    try:
        queue = PgQueuer.from_asyncpg_connection(connection)
        slots = asyncio.Semaphore(concurrency)

        @queue.entrypoint(PROCESS_VIDEO)
        async def process_video(entry: Job) -> None:
            assert entry.payload is not None
            async with slots:
                await process(database, storage, limits, UUID(bytes=entry.payload))

        running = asyncio.create_task(_run(queue, concurrency))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        queue.shutdown.set()
        async with asyncio.timeout(grace.total_seconds()):
            await running
    except TimeoutError:
        logger.warning("stopped with jobs unfinished; another worker takes them up")
    finally:
        await connection.close()


async def _run(queue: PgQueuer, concurrency: int) -> None:
    # PgQueuer takes no fewer than two; `slots` above is what holds a concurrency of one.
    await queue.run(batch_size=1, max_concurrent_tasks=max(2, concurrency), heartbeat_timeout=HEARTBEAT_TIMEOUT)

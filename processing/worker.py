"""The worker: takes jobs from the queue and processes them, several at a time, until it is told to stop."""

import asyncio
import logging
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.errors import FailingListenerError, RetryRequested
from pgqueuer.models import Context, Job

from database.engine import Database
from database.errors import ReelgraphError
from processing.media import Limits
from processing.pipeline import TRANSIENT, process
from services.deletion import sweep_deletions
from services.idempotency import forget_old_keys
from services.queue import PROCESS_VIDEO
from services.storage import Storage

logger = logging.getLogger(__name__)

# After this long without a heartbeat, a job is taken to have lost its worker and is picked up by another.
HEARTBEAT_TIMEOUT = timedelta(seconds=30)
RETRY_DELAY = timedelta(seconds=5)
SWEEP_SECONDS = 300


class LostQueueError(ReelgraphError):
    """The queue's connection is broken."""

    def __init__(self) -> None:
        super().__init__(
            "The connection to the queue is lost.", hint="Start the worker again: what it was at is taken up again."
        )


async def work(
    database: Database,
    storage: Storage,
    limits: Limits,
    *,
    concurrency: int,
    stop: asyncio.Event,
    grace: timedelta = timedelta(seconds=10),
) -> None:
    """Process jobs until `stop` is set; what still runs after `grace` goes back to the queue for another worker.

    Raises `LostQueueError` when the queue's connection breaks.
    """
    connection = await asyncpg.connect(database.dsn)
    sweeping = asyncio.create_task(_sweep(database, storage))
    try:
        queue = PgQueuer.from_asyncpg_connection(connection)
        slots, leaving = asyncio.Semaphore(concurrency), asyncio.Event()

        @queue.entrypoint(PROCESS_VIDEO, accepts_context=True)
        async def process_video(entry: Job, context: Context) -> None:
            assert entry.payload is not None
            await _handle(context, leaving, process_in_turn(UUID(bytes=entry.payload)))

        async def process_in_turn(job_id: UUID) -> None:
            async with slots:
                await process(database, storage, limits, job_id)

        running = asyncio.create_task(_run(queue, concurrency))
        await _first(running, stop)
        queue.shutdown.set()
        await asyncio.wait((running,), timeout=grace.total_seconds())
        leaving.set()
        await running
    except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, FailingListenerError, OSError) as error:
        raise LostQueueError from error
    finally:
        await _end(sweeping)
        await connection.close()


async def _run(queue: PgQueuer, concurrency: int) -> None:
    # PgQueuer takes no fewer than two; `slots` above is what holds a concurrency of one.
    await queue.run(batch_size=1, max_concurrent_tasks=max(2, concurrency), heartbeat_timeout=HEARTBEAT_TIMEOUT)


async def _handle(context: Context, leaving: asyncio.Event, doing: Coroutine[Any, Any, None]) -> None:
    """Do it until it is done, PgQueuer says that its entry was withdrawn, or the worker leaves.

    Raises `RetryRequested`, which puts the entry back, where it is not the entry's fault that it is not done.
    """
    # In a task of its own, because the scope cancels what is in it again and again, cleaning up included.
    task = asyncio.create_task(doing)
    try:
        with context.cancellation:
            await _first(task, leaving)
    finally:
        await _end(task)
    if not task.cancelled():
        try:
            task.result()
        except TRANSIENT as error:
            logger.warning("a job goes back to the queue: %s", error)
            raise RetryRequested(delay=RETRY_DELAY, reason=str(error)) from error
    elif leaving.is_set():
        logger.warning("a job goes back to the queue: its worker stops")
        raise RetryRequested(reason="the worker stopped")


async def _first(task: asyncio.Task[None], event: asyncio.Event) -> None:
    """Wait until a task is done or an event is set."""
    waiting = asyncio.create_task(event.wait())
    try:
        await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait((task,))


async def _sweep(database: Database, storage: Storage) -> None:
    """Now and every few minutes: what deletions left behind, and keys that have had their time."""
    while True:
        try:
            await sweep_deletions(database, storage)
            await forget_old_keys(database)
        except Exception:
            logger.exception("the sweep failed; it is tried again in %d seconds", SWEEP_SECONDS)
        await asyncio.sleep(SWEEP_SECONDS)

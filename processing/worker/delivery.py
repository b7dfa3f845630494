"""One entry of the queue in a worker's hands: its job is processed, and the queue is told how that went."""

import asyncio
import logging
import random
from datetime import timedelta
from uuid import UUID

from pgqueuer.models import Job

from processing.pipeline import TRANSIENT, Pipeline
from processing.worker.entries import Entries, Hold
from processing.worker.losses import MOST_LOST, losses_of
from processing.worker.tasks import all_of, end
from services.video_job import fail_job

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
DELAY_GROWTH = 6
LONGEST_DELAY = timedelta(hours=1)


class _PostponedError(Exception):
    def __init__(self, pause: timedelta) -> None:
        super().__init__()
        self.pause = pause


class Delivery:
    """An entry that is worked on from now on; `task` is done when the queue has been told the end of it."""

    def __init__(self, entry: Job, pipeline: Pipeline, entries: Entries, retry_delay: timedelta) -> None:
        assert entry.payload is not None
        assert entry.queue_manager_id is not None
        self.job_id = UUID(bytes=entry.payload)
        self.hold: Hold = entry.id, entry.queue_manager_id
        self.entry = entry
        self._pipeline = pipeline
        self._entries = entries
        self._retry_delay = retry_delay
        self._breaks = entries.breaks
        self._goes_back = False
        self.working = asyncio.create_task(self._process())
        self.task = asyncio.create_task(self._see_through())

    def let_go(self) -> bool:
        """Stop, because somebody else has the entry or nobody wants it any more; False if there is nothing to stop."""
        return self.working.cancel()

    def give_back(self) -> None:
        """Stop, and leave the entry to another worker."""
        self._goes_back = True
        self.working.cancel()

    async def _process(self) -> None:
        losses = await losses_of(self._pipeline.database, self.entry.id, self.job_id)
        if losses.count >= MOST_LOST:
            await self._blame(losses.count)
        elif pause := losses.pause(self._retry_delay):
            logger.warning("job %s waits: it was lost with %d workers", self.job_id, losses.count)
            raise _PostponedError(pause)
        else:
            await self._pipeline.process(self.job_id)

    async def _blame(self, lost: int) -> None:
        message = f"Processing this video ended {lost} workers, one after the other, and none of them got any further."
        if await fail_job(self._pipeline.database, self.job_id, code="WORKER_LOST", message=message):
            logger.error("job %s failed: it took %d workers along", self.job_id, lost)

    async def _see_through(self) -> None:
        try:
            await all_of([self.working])
        finally:
            await end([self.working])
        if self.working.cancelled():
            if self._goes_back:
                logger.warning("job %s goes back to the queue: its worker stops", self.job_id)
                await self._entries.put_back(self.entry)
        elif isinstance(error := self.working.exception(), _PostponedError):
            await self._entries.put_back(self.entry, delay=error.pause)
        elif error is not None:
            await self._has_failed(error)
        else:
            await self._entries.finish(self.entry, well=True)

    async def _has_failed(self, error: BaseException) -> None:
        """Have the job tried again, or give it up."""
        # This connection may not have heard yet that the database went away; once it answers, it has.
        await self._entries.answer()
        if self._entries.breaks > self._breaks:
            logger.info("job %s goes back to the queue: the database was away", self.job_id)
            await self._entries.put_back(self.entry, delay=self._delay(error), is_noted=False)
        elif self.entry.attempts + 1 < MOST_ATTEMPTS:
            await self._try_again(error)
        else:
            await self._give_up(error)

    async def _try_again(self, error: BaseException) -> None:
        delay = self._delay(error)
        unexpected = None if isinstance(error, TRANSIENT) else error
        seconds = delay.total_seconds()
        logger.warning("job %s is tried again in %.1f seconds: %s", self.job_id, seconds, error, exc_info=unexpected)
        await self._entries.put_back(self.entry, delay=delay, counts=True)

    async def _give_up(self, error: BaseException) -> None:
        try:
            await self._pipeline.give_up(self.job_id, error)
        except Exception:
            logger.exception("job %s can't be told that it failed; it is tried again", self.job_id)
            await self._entries.put_back(self.entry, delay=self._delay(error), is_noted=False)
        else:
            await self._entries.finish(self.entry, well=False)

    def _delay(self, error: BaseException) -> timedelta:
        """Longer each time, no shorter than makes sense, and not the same for all that fail together."""
        delay = self._retry_delay * float(DELAY_GROWTH**self.entry.attempts) * random.uniform(0.5, 1)  # noqa: S311
        least = timedelta(seconds=getattr(error, "retry_after_seconds", None) or 0)
        return min(max(delay, least), LONGEST_DELAY)

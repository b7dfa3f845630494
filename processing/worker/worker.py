"""The worker's loop: it takes entries while there is room, keeps those that it holds, and leaves when it is told to."""

import asyncio
import logging
from datetime import timedelta

from pgqueuer.models import AnyEvent, CancellationEvent, Job, TableChangedEvent

from processing.pipeline import Pipeline
from processing.worker.delivery import Delivery
from processing.worker.entries import Entries
from processing.worker.link import Link, LinkBrokenError
from processing.worker.sweeping import sweep_in_turn
from processing.worker.tasks import all_of, any_of, background, end

logger = logging.getLogger(__name__)

# After this long without a heartbeat, a job is taken to have lost its worker and is picked up by another.
HEARTBEAT_TIMEOUT = timedelta(seconds=30)
RETRY_DELAY = timedelta(seconds=10)
GRACE = timedelta(seconds=10)
EVENTS_KEPT = timedelta(days=1)
# How long a worker that leaves waits for the queue to take note.
LAST_WORDS_SECONDS = 3


async def work(
    pipeline: Pipeline,
    *,
    concurrency: int,
    stop: asyncio.Event,
    grace: timedelta = GRACE,
    heartbeat_timeout: timedelta = HEARTBEAT_TIMEOUT,
    retry_delay: timedelta = RETRY_DELAY,
    events_kept: timedelta = EVENTS_KEPT,
) -> None:
    """Process jobs until `stop` is set; what still runs after `grace` goes back to the queue for another worker.

    While the database is away, what runs goes on for as long as no other worker can have taken it. A job whose
    attempt fails is tried again after about `retry_delay`, and a last time after six times that.
    """
    worker = _Worker(pipeline, concurrency, heartbeat_timeout, retry_delay)
    sweeping = sweep_in_turn(worker.link, pipeline.database, pipeline.storage, events_kept)
    async with background(worker.link.hold(), worker.keep(), sweeping):
        await worker.take_until(stop)
        await worker.leave(grace)


class _Worker:
    def __init__(
        self, pipeline: Pipeline, concurrency: int, heartbeat_timeout: timedelta, retry_delay: timedelta
    ) -> None:
        self._woken = asyncio.Event()
        self.link = Link(pipeline.database.dsn, hear=self._hear, is_made=self._woken.set)
        self._pipeline = pipeline
        self._concurrency = concurrency
        self._lease = heartbeat_timeout.total_seconds()
        self._retry_delay = retry_delay
        self._entries = Entries(self.link, heartbeat_timeout)
        self._deliveries: dict[asyncio.Task[None], Delivery] = {}

    async def take_until(self, stop: asyncio.Event) -> None:
        """Take as many entries as there is room for, whenever there may be some."""
        while not stop.is_set():
            self._woken.clear()
            room = self._concurrency - len(self._deliveries)
            # Nobody says when a worker has died, so there is a look at it every so often.
            patience = self._lease / 4
            try:
                taken = await self._entries.take(room) if room else []
                if room and not taken and (due := await self._entries.next_due()) is not None:
                    patience = min(patience, due.total_seconds())
            except LinkBrokenError:
                taken = []
            for entry in taken:
                self._begin(entry)
            if not taken:
                await any_of(self._woken, stop, seconds=patience)

    async def keep(self) -> None:
        """Tell the queue every so often that what is held is worked on; let go of what is not ours any more."""
        now = asyncio.get_running_loop().time
        kept_at = now()
        while True:
            await asyncio.sleep(self._lease / 4)
            asked_at, held = now(), list(self._deliveries.values())
            if held:
                # Later than this, another worker may have them, though the database is away for us.
                await self._keep(held, until=kept_at + self._lease * 5 / 6)
            kept_at = asked_at

    async def _keep(self, held: list[Delivery], *, until: float) -> None:
        try:
            async with asyncio.timeout_at(until):
                ours = await self._entries.keep(delivery.hold for delivery in held)
        except TimeoutError:
            ours = set()
        for delivery in held:
            if delivery.hold not in ours and delivery.let_go():
                logger.info("job %s is let go: it has ended, or may be another worker's by now", delivery.job_id)

    async def leave(self, grace: timedelta) -> None:
        """Let what runs end, within the grace period, and give the rest back."""
        deliveries = list(self._deliveries.values())
        await all_of((delivery.working for delivery in deliveries), seconds=grace.total_seconds())
        for delivery in deliveries:
            delivery.give_back()
        await all_of(self._deliveries, seconds=LAST_WORDS_SECONDS)
        await end(self._deliveries)

    def _begin(self, entry: Job) -> None:
        delivery = Delivery(entry, self._pipeline, self._entries, self._retry_delay)
        self._deliveries[delivery.task] = delivery
        delivery.task.add_done_callback(self._has_ended)

    def _has_ended(self, task: asyncio.Task[None]) -> None:
        delivery = self._deliveries.pop(task)
        self._woken.set()
        if not task.cancelled() and (error := task.exception()):
            logger.error("job %s is left to another worker", delivery.job_id, exc_info=error)

    def _hear(self, envelope: AnyEvent) -> None:
        """Act upon the word of what was queued, put back or withdrawn."""
        event = envelope.root
        if isinstance(event, CancellationEvent):
            for delivery in self._deliveries.values():
                if delivery.entry.id in event.ids:
                    delivery.let_go()
        elif isinstance(event, TableChangedEvent) and event.operation in {"insert", "update"}:
            self._woken.set()

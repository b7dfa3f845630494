"""The queue's entries as one worker takes them, keeps them, and lets go of them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from uuid import uuid4

from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.models import Job, TableChangedEvent
from pgqueuer.ports.repository import EntrypointExecutionParameter
from pgqueuer.types import JOB_STATUS, JobId, QueueEntrypoint, QueueManagerId

from processing.worker.link import Link
from services.queue import PROCESS_VIDEO, TURN

ENTRYPOINT = QueueEntrypoint(PROCESS_VIDEO)
NO_LIMIT = EntrypointExecutionParameter(concurrency_limit=0)

# An entry's id and the number of the taking by which it is held: who took it later has another.
Hold: TypeAlias = tuple[JobId, QueueManagerId]

KEEP = """
UPDATE pgqueuer AS entry SET heartbeat = now()
FROM unnest($1::bigint[], $2::uuid[]) AS held (id, taking)
WHERE entry.id = held.id AND entry.queue_manager_id = held.taking AND entry.status = 'picked'
RETURNING entry.id, entry.queue_manager_id
"""

# An entry comes back for the turn it is now, not for the one that it was taken in: that would let all who come now
# begin there. PgQueuer's own statement spares who holds the entry, and nobody would hear of it.
PUT_BACK = f"""
WITH put_back AS (
    UPDATE pgqueuer SET
        status = 'queued', queue_manager_id = NULL, updated = now(), execute_after = now() + $3::interval,
        attempts = attempts + $4, priority = least(priority, {TURN})
    WHERE id = $1 AND queue_manager_id = $2 AND status = 'picked'
    RETURNING id, entrypoint, priority
), noted AS (
    INSERT INTO pgqueuer_log (job_id, status, entrypoint, priority)
    SELECT id, 'queued', entrypoint, priority FROM put_back WHERE $5
)
SELECT pg_notify($6, $7) FROM put_back
"""  # noqa: S608  no input


class Entries:
    """What one worker has to do with the queue. An entry is lost to others `lease` after it was taken or kept last."""

    def __init__(self, link: Link, lease: timedelta) -> None:
        self._link = link
        self._lease = lease

    @property
    def breaks(self) -> int:
        """How often the link to the queue has broken."""
        return self._link.breaks

    async def take(self, most: int) -> list[Job]:
        """The entries that are next, those that others lost among them; raises LinkBrokenError."""
        taking = QueueManagerId(uuid4())
        return await self._link.ask(
            lambda queries: queries.dequeue(most, {ENTRYPOINT: NO_LIMIT}, taking, None, self._lease)
        )

    async def next_due(self) -> timedelta | None:
        """How long until an entry that was put off is due; raises LinkBrokenError."""
        return await self._link.ask(lambda queries: queries.next_deferred_eta([ENTRYPOINT]))

    async def keep(self, holds: Iterable[Hold]) -> set[Hold]:
        """Renew the lease of what is held; returns what still is: nobody else has it, and it was not withdrawn."""
        ids, takings = zip(*holds, strict=True)
        rows = await self._link.insist(lambda queries: queries.driver.fetch(KEEP, ids, takings))
        return {(row["id"], row["queue_manager_id"]) for row in rows}  # type: ignore[misc]  # the columns' types

    async def finish(self, entry: Job, *, well: bool) -> None:
        """Take an entry off the queue, because its job has ended."""
        status: JOB_STATUS = "successful" if well else "exception"
        await self._link.insist(lambda queries: queries.log_jobs([(entry, status, None)]))

    async def put_back(
        self, entry: Job, *, delay: timedelta = timedelta(0), counts: bool = False, is_noted: bool = True
    ) -> None:
        """Leave an entry to the next worker, after a delay, unless it is somebody else's by now.

        It `counts` where the job's own attempt failed. What is not noted is taken for an end without a word.
        """

        async def put_back(queries: Queries) -> None:
            channel, event = queries.qbq.settings.channel, _changed(queries)
            arguments = (delay, int(counts), is_noted, channel, event)
            await queries.driver.execute(PUT_BACK, entry.id, entry.queue_manager_id, *arguments)

        await self._link.insist(put_back)

    async def answer(self) -> None:
        """Return when the queue answers."""
        await self._link.insist(lambda queries: queries.driver.execute("SELECT"))


def _changed(queries: Queries) -> str:
    """The word that wakes workers: PgQueuer's trigger says it of what is inserted, not of what is updated."""
    settings = queries.qbq.settings
    return TableChangedEvent(
        type="table_changed_event",
        channel=settings.channel,
        sent_at=datetime.now(UTC),
        operation="update",
        table=settings.queue_table,
    ).model_dump_json()

"""What a server's process holds open while it runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from database.engine import Database
from server.admission import Admission
from server.settings import Settings
from server.stopping import Stopping
from server.stores import open_stores
from server.usage import UsageCounter
from services.job_events import JobEvents
from services.storage import Storage


@dataclass(frozen=True, slots=True)
class Resources:
    """The doors to what is kept, and who is let in by them."""

    database: Database
    storage: Storage
    job_events: JobEvents
    usage: UsageCounter
    admission: Admission = field(default_factory=Admission)
    stopping: Stopping = field(default_factory=Stopping)


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    """Everything a server needs; raises what `open_stores` raises."""
    async with open_stores(settings) as (database, storage):
        job_events, usage = JobEvents(database), UsageCounter(database)
        try:
            yield Resources(database, storage, job_events, usage, open_admission(settings))
        finally:
            await job_events.close()
            await usage.close()


def open_admission(settings: Settings) -> Admission:
    """The places for operations; nobody has one yet."""
    return Admission(
        most_running=settings.max_concurrent_operations,
        most_waiting=settings.max_waiting_operations,
        longest_wait=settings.database_pool_timeout_seconds,
    )

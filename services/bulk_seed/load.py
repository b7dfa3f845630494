"""A bulk library goes into the database by binary COPY, on several connections at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import asyncpg

from database.engine import Database
from database.errors import ReelgraphError
from database.video import Video
from database.video_job import VideoJob
from database.video_metadata import VideoMetadata
from services.bulk_seed.drawing import draw
from services.bulk_seed.plan import BulkPlan, PlannedVideo
from services.bulk_seed.records import JobRecord, MetadataRecord, VideoRecord

# One more than the processors of a small machine: while one waits for rows or for the disk, the others write.
CONNECTIONS = 3
VIDEOS_A_BATCH = 100
# New rows' words wait in a list beside their GIN index and are put into it many at a time: the longer the list and the
# memory to sort it in, the fewer times a page of the index is written.
# Made-up jobs are no news to whoever follows the log of events.
SETTINGS = {
    "gin_pending_list_limit": "32MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "reelgraph.job_events": "off",
}
LOCK = 0x5EED
TABLES = (
    (Video.__tablename__, VideoRecord._fields),
    (VideoJob.__tablename__, JobRecord._fields),
    (VideoMetadata.__tablename__, MetadataRecord._fields),
)


@dataclass(slots=True)
class Loaded:
    """How far a load has come: the videos that were there before, those it has added, and rows of all three tables."""

    videos_before: int = 0
    videos: int = 0
    rows: int = 0


async def load_bulk_library(
    database: Database, plan: BulkPlan, report: Callable[[Loaded], None] = lambda _: None
) -> Loaded:
    """Add what the database does not have yet of a bulk library; `report` hears of every hundred videos.

    Raises `ReelgraphError` when all of it is there, or while another load is running.
    """
    loaded = Loaded()
    batches = _batches(plan)
    async with _connections(database) as connections:
        await _lock(connections[0])
        async with asyncio.TaskGroup() as loading:
            for connection in connections:
                loading.create_task(_load(connection, batches, plan.jobs_per_video, loaded, report))
        if not loaded.videos:
            raise ReelgraphError(
                f"This library is there already: all {plan.videos_count:,} videos of random seed {plan.random_seed}.",
                "Another --random-seed gives another library.",
            )
        await _settle(connections[0])
    return loaded


def _batches(plan: BulkPlan) -> Iterator[list[PlannedVideo]]:
    videos = plan.videos()
    while batch := list(islice(videos, VIDEOS_A_BATCH)):
        yield batch


async def _load(
    connection: Any,
    batches: Iterator[list[PlannedVideo]],
    jobs_per_video: int,
    loaded: Loaded,
    report: Callable[[Loaded], None],
) -> None:
    """Take batches and load them, a transaction each, until there are none left."""
    for batch in batches:
        missing = await _missing(connection, batch)
        records = draw(missing, jobs_per_video)
        async with connection.transaction():
            for (table, columns), rows in zip(TABLES, records.tables, strict=True):
                await connection.copy_records_to_table(table, columns=columns, records=rows)
        loaded.videos_before += len(batch) - len(missing)
        loaded.videos += len(missing)
        loaded.rows += len(records)
        report(loaded)


async def _missing(connection: Any, batch: list[PlannedVideo]) -> list[PlannedVideo]:
    """The videos of a batch that the database does not have."""
    query = "SELECT id FROM videos WHERE id = any($1)"
    present = {row["id"] for row in await connection.fetch(query, [video.id for video in batch])}
    return [video for video in batch if video.id not in present]


async def _lock(connection: Any) -> None:
    """Keep other loads away until the connection is closed: they would collide with our keys."""
    if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
        raise ReelgraphError("Another bulk library is being loaded into this database.", "Wait until it has ended.")


async def _settle(connection: Any) -> None:
    """Put waiting words into their indexes and count the tables, so that the first queries are planned as the last."""
    for table, _ in TABLES:
        await connection.execute(f"VACUUM (ANALYZE) {table}")


@asynccontextmanager
async def _connections(database: Database) -> AsyncIterator[list[Any]]:
    """Connections of the load's own, since they have settings of their own."""
    async with AsyncExitStack() as stack:
        connections = []
        for _ in range(CONNECTIONS):
            connection = await asyncpg.connect(database.dsn)
            stack.push_async_callback(connection.close)
            for name, value in SETTINGS.items():
                await connection.execute(f"SET {name} = '{value}'")
            connections.append(connection)
        yield connections

"""The library that every server reads: 100,000 videos of 1,000 users, each with 1 to 10 jobs, loaded once."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from typing import Any

import asyncpg
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from database.engine import Database
from database.migrate import migrate
from server.demo.viewer import DEMO_USER
from server.settings import Settings
from server.stores import open_database
from services.bulk_seed import BulkPlan
from services.bulk_seed.drawing import draw
from services.bulk_seed.load import SETTINGS, TABLES
from services.bulk_seed.plan import PlannedVideo
from services.bulk_seed.records import Records

PLAN = BulkPlan(DEMO_USER, users=1_000, videos_per_user=100)
MOST_JOBS = 10
# Somebody in the middle of the tables, so that nobody profits from rows that lie at their beginning.
VIEWER = PLAN.owner(500)
CONNECTIONS = 3


async def load(settings: Settings) -> None:
    """Load what the data folder's database lacks of the library; what is loaded is remembered in a file beside it."""
    loaded, version = settings.data / "loaded", f"{PLAN} {MOST_JOBS} jobs\n"
    async with open_database(settings) as database:
        await migrate(database.engine)
        if not loaded.exists() or loaded.read_text() != version:
            await _fill(database)
            loaded.write_text(version)


async def _fill(database: Database) -> None:
    columns = (TextColumn("Loading the library"), MofNCompleteColumn(), TextColumn("users"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=PLAN.users)
        users = _users()
        async with asyncio.TaskGroup() as loading:
            for _ in range(CONNECTIONS):
                loading.create_task(_load(database.dsn, users, lambda: progress.advance(task)))
    connection = await asyncpg.connect(database.dsn)
    try:
        for table, _ in TABLES:
            # Counts the rows, and marks pages as visible to all, as they are in a database that has run for a while.
            await connection.execute(f"VACUUM (ANALYZE) {table}")
    finally:
        await connection.close()


def _users() -> Iterator[list[PlannedVideo]]:
    """The videos of each user."""
    videos = PLAN.videos()
    while of_one := list(islice(videos, PLAN.videos_per_user)):
        yield of_one


async def _load(dsn: str, users: Iterator[list[PlannedVideo]], advance: Any) -> None:
    """Load users, a transaction each, until there are none left; those that are there are passed over."""
    connection = await asyncpg.connect(dsn)
    try:
        for name, value in SETTINGS.items():
            await connection.execute(f"SET {name} = '{value}'")
        for videos in users:
            query = "SELECT EXISTS (SELECT FROM videos WHERE uploader_user_id = $1)"
            if not await connection.fetchval(query, videos[0].owner):
                await _copy(connection, _drawn(videos))
            advance()
    finally:
        await connection.close()


def _drawn(videos: list[PlannedVideo]) -> Records:
    records = Records()
    for video in videos:
        # The bits at the end of a UUIDv7 are chance, so one number of jobs is as frequent as another.
        own = draw([video], 1 + video.id.int % MOST_JOBS)
        records.videos += own.videos
        records.jobs += own.jobs
        records.metadata += own.metadata
    return records


async def _copy(connection: Any, records: Records) -> None:
    async with connection.transaction():
        for (table, columns), rows in zip(TABLES, records.tables, strict=True):
            await connection.copy_records_to_table(table, columns=columns, records=rows)

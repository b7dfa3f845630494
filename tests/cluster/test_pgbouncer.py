"""By way of PgBouncer in transaction mode, where each transaction may be on another connection to the server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text

from database.engine import Database
from database.statements.video import VIEWER_TOTALS
from database.video_job import ProcessingStatus, VideoJob
from server.resources import open_resources
from server.settings import Settings
from services.job_events import JobEvents, start_of
from tests.support.library import Library
from tests.support.poolers import CONNECTIONS


@pytest.fixture
async def pooled(pooled_url: str, database_url: str) -> AsyncIterator[Database]:
    database = Database(pooled_url, direct_url=database_url, pool_size=8)
    yield database
    await database.close()


async def servers(database: Database) -> int:
    """How many connections the pooler has to the database now."""
    connection = await asyncpg.connect(database.dsn)
    try:
        question = "SELECT count(DISTINCT pid) FROM pg_stat_activity WHERE datname = current_database()"
        return int(await connection.fetchval(f"{question} AND pid <> pg_backend_pid()"))
    finally:
        await connection.close()


async def test_many_clients_share_few_connections_and_their_prepared_statements(
    pooled_url: str, database_url: str, library: Library, viewer: UUID
) -> None:
    """Thirty connections of ours, on three of the server's: each has what others prepared there."""
    await library.video()
    await library.database.close()  # its connections would be counted
    async with AsyncExitStack() as stack:
        databases = [Database(pooled_url, direct_url=database_url, pool_size=3) for _ in range(10)]
        for database in databases:
            stack.push_async_callback(database.close)

        async def read(database: Database) -> None:
            for _ in range(20):
                async with database.reader(viewer) as reader:
                    (totals,) = await reader.fetch(VIEWER_TOTALS, keys=[viewer])
                    assert totals.video_count == 1
                async with database.transaction(viewer) as session:
                    assert await session.scalar(text("SELECT count(*) FROM videos")) == 1

        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            for database in databases:
                for _ in range(3):
                    tasks.create_task(read(database))
        assert 1 <= await servers(databases[0]) <= CONNECTIONS


async def test_a_session_elsewhere_does_not_change_how_instants_are_written(
    pooled: Database, library: Library, viewer: UUID
) -> None:
    """Ours is UTC whatever the database's is, and another client's their own, though they share connections."""
    await library.video()
    direct = await asyncpg.connect(pooled.dsn)
    await direct.execute(f"ALTER DATABASE {pooled.engine.url.database} SET timezone = 'America/Lima'")
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    await direct.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")  # noqa: S608  no input
    await direct.close()
    stranger = await asyncpg.connect(
        pooled.engine.url.set(drivername="postgresql").render_as_string(), server_settings={"timezone": "Asia/Tokyo"}
    )
    try:
        for _ in range(5):
            assert await stranger.fetchval("SHOW timezone") == "Asia/Tokyo"
            async with pooled.transaction() as session:
                written = await session.scalar(text("SELECT to_json(created_at)::text FROM videos"))
                assert written is not None
                assert written.endswith('+00:00"')
    finally:
        await stranger.close()


async def test_the_viewers_role_ends_with_the_transaction(
    pooled_url: str, database_url: str, library: Library, viewer: UUID
) -> None:
    """With row-level security, nobody finds themselves in a role or a viewer that somebody else took on."""
    await library.video()
    database = Database(pooled_url, direct_url=database_url, pool_size=4, enforce_rls=True)
    try:
        await database.require_viewer_role()

        async def read() -> None:
            async with database.reader(viewer) as reader:
                (totals,) = await reader.fetch(VIEWER_TOTALS, keys=[viewer])
                assert totals.video_count == 1

        async def look() -> None:
            async with database.transaction() as session:
                who = "SELECT current_user || coalesce(current_setting('reelgraph.viewer', true), '')"
                assert await session.scalar(text(who)) == "reelgraph"

        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            for _ in range(50):
                tasks.create_task(read())
                tasks.create_task(look())
    finally:
        await database.close()


async def test_a_reader_that_is_closed_ends_its_statement_on_the_server(pooled: Database, viewer: UUID) -> None:
    """The cancel request finds its way through the pooler, and ends nobody else's statement."""
    reader = pooled.reader(viewer)
    driver = await reader._driver()
    sleeping = asyncio.create_task(driver.fetch("SELECT pg_sleep(30)"))
    async with asyncio.timeout(20):
        while not await _sleepers(pooled):
            await asyncio.sleep(0.02)
        sleeping.cancel()
        await asyncio.wait([sleeping])
        while await _sleepers(pooled):
            await asyncio.sleep(0.02)
        await reader.close()
        async with pooled.reader(viewer) as another:
            await another.fetch(VIEWER_TOTALS, keys=[viewer])


async def _sleepers(database: Database) -> int:
    connection = await asyncpg.connect(database.dsn)
    try:
        question = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'"
        return int(await connection.fetchval(question))
    finally:
        await connection.close()


async def test_a_table_that_is_changed_is_read_on(pooled: Database, library: Library, viewer: UUID) -> None:
    """What was prepared before a migration added a column answers after it."""
    await library.video()

    async def read() -> None:
        async with pooled.reader(viewer) as reader:
            (totals,) = await reader.fetch(VIEWER_TOTALS, keys=[viewer])
            assert totals.video_count == 1

    await asyncio.gather(*(read() for _ in range(8)))
    direct = await asyncpg.connect(pooled.dsn)
    await direct.execute("ALTER TABLE videos ADD COLUMN of_a_version_to_come int")
    await direct.close()
    await asyncio.gather(*(read() for _ in range(8)))


async def test_listening_goes_past_the_pooler(pooled: Database, library: Library, viewer: UUID) -> None:
    """Who follows hears of a change that was made by way of the pooler."""
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    async with pooled.reader(viewer) as reader:
        position = await start_of(reader)
    events = JobEvents(pooled)
    try:
        async with asyncio.timeout(20), aclosing(events.follow(viewer, position)) as following:
            heard = asyncio.ensure_future(anext(following))
            while not events._listener._listening.is_set():
                await asyncio.sleep(0.01)
            async with pooled.transaction(viewer) as session:
                (await session.get_one(VideoJob, job.id)).attempt += 1
            assert ((await heard).id, (await heard).attempt) == (job.id, 2)
    finally:
        await events.close()


async def test_a_process_opens_what_the_settings_name(pooled_url: str, database_url: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", database_url=pooled_url, database_direct_url=database_url)
    async with open_resources(settings) as resources:
        assert "6432" not in resources.database.dsn
        async with resources.database.transaction() as session:
            assert await session.scalar(text("SELECT count(*) FROM videos")) == 0

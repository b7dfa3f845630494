"""The second wall: with it enforced, PostgreSQL itself holds each viewer to their own rows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import Integer, cast, exists, func, literal, make_url, select, text, update
from sqlalchemy.exc import DBAPIError
from uuid_utils.compat import uuid7

from database.engine import Database, ViewerRoleError
from database.errors import DatabaseAwayError
from database.migrate import downgrade, migrate
from database.reader import VIEWER_ROLE
from database.statement import VIEWER, Row, Statement, is_viewers
from database.video import Video
from server.resources import open_resources
from server.settings import Settings
from tests.support.api import statements
from tests.support.databases import administer
from tests.support.library import Library


class ValueRow(Row):
    value: Any


def statement(value: Any) -> Statement[ValueRow]:
    predicate = exists().where(is_viewers(Video)).label("any")  # no statement goes without one
    return Statement("test", ValueRow, select(VIEWER.label("key"), value.label("value"), predicate))


ROLE = statement(func.current_user())
SETTING = statement(func.current_setting("reelgraph.viewer", True))
SLEEP = statement(func.pg_sleep(30))
FAILURE = statement(1 / cast(literal(0), Integer))
ALL_VIDEOS = statement(select(func.count(Video.id)).scalar_subquery())


@pytest.fixture(params=[False, True], ids=["off", "enforce"])
async def small(database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """The database behind a pool of two connections, with and without the wall."""
    database = Database(database_url, pool_size=2, enforce_rls=request.param)
    yield database
    await database.close()


@pytest.fixture
async def walled(database_url: str) -> AsyncIterator[Database]:
    """The database with the wall, behind one connection, so that each test meets what the one before left."""
    database = Database(database_url, pool_size=1, enforce_rls=True)
    yield database
    await database.close()


async def value(database: Database, viewer: UUID, of: Statement[ValueRow]) -> Any:
    async with database.reader(viewer) as reader:
        return (await reader.fetch(of))[0].value


async def test_readers_see_only_the_viewers_rows(walled: Database, library: Library) -> None:
    await library.processed_videos(2)
    other = Library(library.database, uuid4())
    await other.processed_videos(3)
    for owner, count in ((library.owner, 2), (other.owner, 3), (uuid4(), 0)):
        assert await value(walled, owner, ALL_VIDEOS) == count
        assert await value(walled, owner, ROLE) == VIEWER_ROLE


async def test_transactions_of_a_viewer_write_only_the_viewers_rows(walled: Database, library: Library) -> None:
    mine = await library.video()
    other = Library(library.database, uuid4())
    theirs = await other.video()
    async with walled.transaction(library.owner) as session:
        changed = await session.scalars(update(Video).values(content_type="video/webm").returning(Video.id))
        assert changed.all() == [mine.id]
        with pytest.raises(DBAPIError, match="row-level security"):
            await session.execute(update(Video).values(uploader_user_id=other.owner))
    async with walled.transaction() as session:
        assert (await session.scalars(select(Video.content_type).where(Video.id == theirs.id))).one() == "video/mp4"


async def test_the_owners_connection_comes_back_as_it_was(walled: Database) -> None:
    await value(walled, uuid4(), ROLE)
    async with walled.transaction(uuid4()):
        pass
    async with walled.transaction() as session:
        assert (await session.scalars(text("SELECT current_user"))).one() != VIEWER_ROLE
        assert (await session.scalars(text("SELECT current_setting('reelgraph.viewer', true)"))).one() in {None, ""}


async def test_the_wall_costs_a_statement_before_the_reads_and_one_after(small: Database) -> None:
    async with statements(small) as seen, small.reader(uuid4()) as reader:
        await reader.fetch(ROLE)
        await reader.fetch(ROLE)
    assert len(seen) == (4 if small.enforce_rls else 2), seen


async def test_reads_see_what_was_committed_after_the_first_of_them(small: Database, library: Library) -> None:
    async with small.reader(library.owner) as reader:
        assert (await reader.fetch(ALL_VIDEOS))[0].value == 0
        await library.video()
        assert (await reader.fetch(ALL_VIDEOS))[0].value == 1


async def test_a_failed_statement_fails_alone(small: Database) -> None:
    async with small.reader(uuid4()) as reader:
        await reader.fetch(ROLE)
        with pytest.raises(asyncpg.DivisionByZeroError):
            await reader.fetch(FAILURE)
        role = (await reader.fetch(ROLE))[0].value
    assert (role == VIEWER_ROLE) == small.enforce_rls
    await small.parking.empty()
    assert small.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # the pool is a QueuePool


async def test_a_viewer_is_a_uuid_and_nothing_else(walled: Database) -> None:
    with pytest.raises(AttributeError):
        await value(walled, "'); DROP TABLE videos; --", ROLE)  # type: ignore[arg-type]  # what a mistake would give


async def read_slowly(database: Database, viewer: UUID) -> None:
    async with database.reader(viewer) as reader:
        assert (await reader.fetch(ROLE))[0].key == viewer
        await reader.fetch(SLEEP)


async def write_slowly(database: Database, viewer: UUID) -> None:
    async with database.transaction(viewer) as session:
        await session.execute(text("SELECT pg_sleep(30)"))


async def cancel_often(task: "asyncio.Task[None]", after: float) -> None:
    """Cancel a task, and again while it is giving up."""
    await asyncio.sleep(after)
    while not task.done():
        task.cancel()
        await asyncio.sleep(0)


async def assert_at_rest(database: Database, viewer: UUID) -> None:
    """All connections are back, each answers, and no statement of before is still running."""
    await database.parking.empty()
    async with asyncio.timeout(10):
        while database.engine.pool.checkedout():  # type: ignore[attr-defined]  # the pool is a QueuePool
            await asyncio.sleep(0.01)
        roles = await asyncio.gather(*(value(database, viewer, ROLE) for _ in range(8)))
    assert {role == VIEWER_ROLE for role in roles} == {database.enforce_rls}


@pytest.mark.parametrize("slowly", [read_slowly, write_slowly])
async def test_cancelled_requests_leave_no_trace_on_their_connections(small: Database, slowly: Any) -> None:
    async with asyncio.timeout(30):
        for round_ in range(20):
            tasks = [asyncio.create_task(slowly(small, uuid4())) for _ in range(4)]
            await asyncio.gather(*(cancel_often(task, 0.0015 * round_) for task in tasks))
            assert all(task.cancelled() for task in tasks)
    await assert_at_rest(small, uuid4())


async def test_cancelled_reads_are_stopped_in_the_database(small: Database) -> None:
    task = asyncio.create_task(read_slowly(small, uuid4()))
    running = text("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()")
    await asyncio.sleep(0.2)
    async with small.transaction() as session:
        assert (await session.scalars(running)).one() == 1
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    async with small.transaction() as session:
        active = running.text + " AND state = 'active'"
        assert (await session.scalars(text(active))).one() == 0


async def test_closing_stops_what_nobody_waits_for_and_refuses_what_comes_late(small: Database) -> None:
    reader = small.reader(uuid4())
    forgotten = asyncio.create_task(reader.fetch(SLEEP))
    waiting = asyncio.create_task(reader.fetch(ROLE))
    await asyncio.sleep(0.1)
    async with asyncio.timeout(5):
        await reader.close()
        with pytest.raises(TimeoutError):
            await forgotten
        with pytest.raises(RuntimeError, match="closed"):
            await waiting
    assert small.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # the pool is a QueuePool
    await assert_at_rest(small, uuid4())


async def test_closing_while_a_failed_read_gives_its_connection_back(small: Database) -> None:
    for _ in range(20):
        reader = small.reader(uuid4())
        task = asyncio.create_task(reader.fetch(SLEEP))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.sleep(0)
        await asyncio.gather(reader.close(), reader.close())
    await assert_at_rest(small, uuid4())


async def test_a_broken_connection_is_not_handed_on(small: Database) -> None:
    async with small.reader(uuid4()) as reader:
        await reader.fetch(ROLE)
        async with small.transaction() as session:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            await session.execute(text(f"{others} AND pid <> pg_backend_pid()"))
        with pytest.raises(DatabaseAwayError):
            await reader.fetch(ROLE)
        await reader.fetch(ROLE)
    await assert_at_rest(small, uuid4())


async def refusal(settings: Settings) -> ViewerRoleError:
    with pytest.raises(ViewerRoleError) as caught:
        async with open_resources(settings):
            pass
    return caught.value


@pytest.fixture
async def ordinary_user(postgres: str, database_url: str) -> AsyncIterator[str]:
    """URL of an empty database for a user who may nothing else, not even make roles; without the viewers' role."""
    name = f"ordinary_{uuid7().hex}"
    await administer(postgres, f"CREATE ROLE {name} LOGIN")
    await administer(postgres, f"CREATE DATABASE {name} OWNER {name}")
    await administer(postgres, f"ALTER ROLE {VIEWER_ROLE} RENAME TO hidden_{name}")
    yield make_url(postgres).set(database=name, username=name).render_as_string(hide_password=False)
    await administer(postgres, f"DROP DATABASE {name} WITH (FORCE)")
    await administer(postgres, f"DROP ROLE IF EXISTS {VIEWER_ROLE}")
    await administer(postgres, f"ALTER ROLE hidden_{name} RENAME TO {VIEWER_ROLE}")
    await administer(postgres, f"DROP ROLE {name}")


async def run_hint(postgres: str, url: str, error: ViewerRoleError) -> None:
    """Do what the error says, as an administrator, in the database that it speaks of."""
    address = make_url(postgres).set(database=make_url(url).database, drivername="postgresql")
    connection = await asyncpg.connect(address.render_as_string(hide_password=False))
    try:
        await connection.execute(error.hint.partition(": ")[2])
    finally:
        await connection.close()


async def test_without_the_right_to_make_roles_the_hint_is_the_way(
    postgres: str, ordinary_user: str, settings: Settings
) -> None:
    off = settings.model_copy(update={"database_url": ordinary_user})
    enforce = off.model_copy(update={"database_rls": "enforce"})
    database = Database(ordinary_user)
    await migrate(database.engine)
    async with open_resources(off):
        pass
    error = await refusal(enforce)
    assert f"CREATE ROLE {VIEWER_ROLE}" in error.hint
    await run_hint(postgres, ordinary_user, error)
    async with open_resources(enforce) as resources:
        assert await value(resources.database, uuid4(), ROLE) == VIEWER_ROLE
    await downgrade(database.engine, "0004")
    await migrate(database.engine)
    async with open_resources(enforce):
        pass
    await downgrade(database.engine, "base")
    await database.close()


async def test_a_role_that_is_not_held_is_refused(postgres: str, ordinary_user: str, settings: Settings) -> None:
    enforce = settings.model_copy(update={"database_url": ordinary_user, "database_rls": "enforce"})
    await administer(postgres, f"CREATE ROLE {VIEWER_ROLE} BYPASSRLS")
    await administer(postgres, f"GRANT {VIEWER_ROLE} TO {make_url(ordinary_user).username}")
    database = Database(ordinary_user)
    await migrate(database.engine)
    error = await refusal(enforce)
    assert "does not hold" in str(error)
    await run_hint(postgres, ordinary_user, error)
    async with database.transaction() as session:
        await session.execute(text(f"REVOKE ALL ON video_jobs FROM {VIEWER_ROLE}"))
    error = await refusal(enforce)
    assert "may not use the tables" in str(error)
    await run_hint(postgres, ordinary_user, error)
    async with open_resources(enforce):
        pass
    await database.close()


async def test_who_may_make_roles_makes_this_one_for_several_databases(postgres: str, ordinary_user: str) -> None:
    await administer(postgres, f"ALTER ROLE {make_url(ordinary_user).username} CREATEROLE")
    database = Database(ordinary_user, enforce_rls=True)
    for _ in range(2):
        await migrate(database.engine)
        await database.require_viewer_role()
        await downgrade(database.engine, "0004")
        async with database.transaction() as session:
            role = text("SELECT to_regrole(:role)")
            assert (await session.scalars(role, {"role": VIEWER_ROLE})).one() is None
    await database.close()

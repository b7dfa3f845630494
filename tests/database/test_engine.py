"""A database behind one pool: what becomes of connections that break, and of addresses as people have them."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text

from database.engine import Database, UnreachableDatabaseError
from database.statements.video import VIEWER_TOTALS


async def test_connections_that_the_server_closed_are_made_anew(database: Database, database_url: str) -> None:
    async def read() -> None:
        async with database.reader(uuid4()) as reader:
            await reader.fetch(VIEWER_TOTALS, keys=[])

    await asyncio.gather(*(read() for _ in range(4)))
    other = await asyncpg.connect(database.dsn)
    ours = "pid <> pg_backend_pid() AND datname = current_database()"
    await other.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")  # noqa: S608  no input
    await other.close()
    await asyncio.sleep(0.1)  # the farewells arrive
    for _ in range(4):
        await read()
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    assert database_url


@pytest.mark.parametrize("parameter", ["sslmode", "ssl"])
def test_an_address_of_libpqs_is_understood(parameter: str) -> None:
    database = Database(f"postgresql://user:secret@db.example/reelgraph?{parameter}=require")
    assert database.dsn == "postgresql://user:secret@db.example/reelgraph?sslmode=require"
    _, arguments = database.engine.dialect.create_connect_args(database.engine.url)
    assert arguments["ssl"] == "require"
    assert "sslmode" not in arguments


async def test_a_host_that_never_answers_is_named_without_its_password() -> None:
    database = Database("postgresql://user:secret@127.0.0.1:9/reelgraph")
    with pytest.raises(UnreachableDatabaseError, match=r"127\.0\.0\.1") as caught:
        await database.require_reachable()
    assert "secret" not in str(caught.value)

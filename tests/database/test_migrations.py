"""Migrations say what the models say, forwards and backwards."""

import asyncio

import pytest

from database.engine import Database
from database.migrate import (
    StaleDatabaseError,
    check,
    current_revision,
    downgrade,
    head_revision,
    migrate,
    require_current,
)


async def test_migrations_and_models_agree_and_can_be_undone(database: Database) -> None:
    await check(database.engine)
    await downgrade(database.engine, "base")
    assert await current_revision(database.engine) is None
    await migrate(database.engine)
    await check(database.engine)
    assert await current_revision(database.engine) == head_revision()
    await require_current(database.engine)


async def test_a_model_that_no_migration_made_is_found(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE videos ADD COLUMN surplus text")
    with pytest.raises(Exception, match="surplus"):
        await check(database.engine)


async def test_a_stale_database_is_refused_with_the_way_forward(database: Database) -> None:
    await downgrade(database.engine, "0001")
    with pytest.raises(StaleDatabaseError, match="at revision 0001") as caught:
        await require_current(database.engine)
    assert "reelgraph migrate" in caught.value.hint


async def test_migrating_several_at_once_takes_turns(database: Database) -> None:
    await downgrade(database.engine, "base")
    await asyncio.gather(*(migrate(database.engine) for _ in range(3)))
    await require_current(database.engine)


async def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for refuses in (require_current, migrate):
        with pytest.raises(StaleDatabaseError, match="a newer one migrated it"):
            await refuses(database.engine)

"""Migrations say what the models say, forwards and backwards."""

import asyncio
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import httpx
import pytest

from database.engine import Database
from database.migrate import check, downgrade, migrate, scripts
from database.revisions import (
    FLOOR,
    FLOOR_NOTE,
    SCRIPTS,
    StaleDatabaseError,
    current_revision,
    head_revision,
    known_revisions,
    require_current,
)
from tests.support.processes import running, wait_until_ready


async def test_migrations_and_models_agree_and_can_be_undone(database: Database) -> None:
    await check(database.engine)
    await downgrade(database.engine, "base")
    assert await current_revision(database.engine) is None
    await migrate(database.engine)
    await check(database.engine)
    assert await current_revision(database.engine) == head_revision()
    await require_current(database.engine)


def test_revisions_are_known_by_the_names_of_their_scripts() -> None:
    assert known_revisions() == [script.revision for script in reversed(scripts())]


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


async def brought_to_a_newer_version(database: Database, *, floor: str) -> None:
    """What a version to come does: columns that this one does not know, and the floor that its scripts say."""
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE videos ADD COLUMN rating integer")
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        await connection.exec_driver_sql(f"COMMENT ON TABLE alembic_version IS '{FLOOR_NOTE}{floor}'")


async def test_a_database_of_a_newer_version_that_took_something_away_is_refused(database: Database) -> None:
    await brought_to_a_newer_version(database, floor="9998")
    for refuses in (require_current, migrate):
        with pytest.raises(StaleDatabaseError, match="a newer one migrated it"):
            await refuses(database.engine)


async def test_a_newer_database_that_says_nothing_is_refused(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        await connection.exec_driver_sql("COMMENT ON TABLE alembic_version IS NULL")
    with pytest.raises(StaleDatabaseError, match="a newer one migrated it"):
        await require_current(database.engine)


async def test_a_newer_database_that_only_has_more_serves_and_stays_as_it_is(database: Database) -> None:
    await brought_to_a_newer_version(database, floor=head_revision())
    await require_current(database.engine)
    await migrate(database.engine)
    assert await current_revision(database.engine) == "9999"


async def test_servers_serve_on_and_start_while_a_newer_version_has_migrated(
    database: Database,
    server_url: str,
    process_env: dict[str, str],
    token: str,
    unused_tcp_port_factory: Callable[[], int],
) -> None:
    ask = {"query": "{ videos(first: 1) { nodes { originalFilename sizeBytes } } }"}
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http:
        await http.post(f"{server_url}/graphql", json=ask)  # its statements are prepared from here on
        await brought_to_a_newer_version(database, floor=head_revision())
        port = unused_tcp_port_factory()
        beside = f"http://127.0.0.1:{port}"
        with running("serve", env={**process_env, "REELGRAPH_PORT": str(port)}):
            await asyncio.to_thread(wait_until_ready, beside)
            for url in (server_url, beside):
                assert (await http.get(f"{url}/readyz")).status_code == 200
                answer = (await http.post(f"{url}/graphql", json=ask)).json()
                assert answer == {"data": {"videos": {"nodes": []}}}


async def test_every_database_says_which_versions_it_serves(database: Database) -> None:
    async with database.engine.connect() as connection:
        said = await connection.scalar(FLOOR)
    assert said is not None
    assert re.fullmatch(re.escape(FLOOR_NOTE) + r"\d{4}", said)


def test_each_migration_says_whether_the_version_before_can_go_on() -> None:
    """Those up to 0009 came before versions could be told; what drops, renames or demands something contracts."""
    takes_away = re.compile(r"op\.drop_|op\.alter_column|op\.rename_|\bDROP\b|\bRENAME\b|SET NOT NULL")
    for path in sorted(Path(SCRIPTS, "versions").glob("[0-9]*.py")):
        if path.name >= "0010":
            contracts = import_module(f"database.migrations.versions.{path.stem}").contracts
            upgrade = path.read_text().partition("def upgrade")[2].partition("def downgrade")[0]
            assert contracts in {True, False}
            assert contracts or not takes_away.search(upgrade), f"{path.name} takes something away"

"""Revisions of the database's schema: which one a database is at, which ones this version knows, and whether they fit.

It knows no Alembic, which only migrating needs: every process asks at its start.
"""

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from database.errors import ReelgraphError

SCRIPTS = Path(__file__).parent / "migrations"

# Older versions read it, which know no newer revision and so no table that it makes: a comment is always there.
FLOOR_NOTE = "for versions that know revision "
FLOOR = text("SELECT obj_description(to_regclass('alembic_version'), 'pg_class')")
IS_MIGRATED = text("SELECT to_regclass('alembic_version') IS NOT NULL")
CURRENT = text("SELECT version_num FROM alembic_version")


class StaleDatabaseError(ReelgraphError):
    """The database's schema is not the one this version was written for."""


def known_revisions() -> list[str]:
    """Those that this version has a script for, oldest first: the scripts' names begin with them."""
    return sorted(path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*_*.py"))


def head_revision() -> str:
    """The newest revision this version knows."""
    return known_revisions()[-1]


async def current_revision(engine: AsyncEngine) -> str | None:
    """The revision a database is at; None before its first migration."""
    async with engine.connect() as connection:
        return await connection.run_sync(revision_of)


def revision_of(connection: Connection) -> str | None:
    """The same, for who is connected."""
    return connection.scalar(CURRENT) if connection.scalar(IS_MIGRATED) else None


async def require_current(engine: AsyncEngine) -> None:
    """Raise `StaleDatabaseError` unless the database is at this version's newest revision, or further and still fit.

    A server of the old version so serves on while a new one is rolled out.
    """
    async with engine.connect() as connection:
        if not await connection.run_sync(is_behind):
            return
        current = await connection.run_sync(revision_of)
    raise StaleDatabaseError(
        f"The database is at revision {current or 'none'}, this version needs {head_revision()}.",
        hint="Bring it forward with: reelgraph migrate",
    )


def is_behind(connection: Connection) -> bool:
    """Is there a revision that the database lacks? Raises `StaleDatabaseError` where it is too far ahead."""
    current, known = revision_of(connection), known_revisions()
    if current is None or current in known:
        return current != known[-1]
    if connection.scalar(FLOOR) not in {f"{FLOOR_NOTE}{revision}" for revision in known}:
        raise StaleDatabaseError(
            f"The database is at revision {current}, which this version does not know: a newer one migrated it.",
            hint=f"Install the newer version, or restore a backup made at revision {known[-1]}.",
        )
    return False

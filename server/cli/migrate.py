"""`reelgraph migrate`: the database's schema, brought forward."""

import asyncio

from rich.console import Console

from database.migrate import migrate as migrate_database
from database.revisions import current_revision, head_revision
from server.cli.options import load_settings
from server.settings import Settings
from server.stores import open_database


def migrate() -> None:
    """Bring the database to the schema that this version needs."""
    asyncio.run(_migrate(load_settings()))


async def _migrate(settings: Settings) -> None:
    console = Console(stderr=True)
    async with open_database(settings, directly=True) as database:
        before = await current_revision(database.engine)
        with console.status("Migrating the database…"):
            await migrate_database(database.engine)
    if before == head_revision():
        console.print(f"The database is up to date (revision {before}).")
    else:
        console.print(f"Migrated the database from revision {before or 'none'} to {head_revision()}.")

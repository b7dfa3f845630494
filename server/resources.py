"""What a process holds open while it runs: the database and storage, as the settings say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from database.embedded import embedded_postgres
from database.engine import Database
from database.migrate import require_current
from server.settings import Settings
from services.storage import Storage


@dataclass(frozen=True, slots=True)
class Resources:
    """The doors to what is kept."""

    database: Database
    storage: Storage


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The configured database, or the embedded one for as long as the block runs; its schema may be any.

    Raises `UnreachableDatabaseError` when it does not answer.
    """
    async with AsyncExitStack() as stack:
        if settings.database_url is None:
            embedded = embedded_postgres(settings.data)
            url = await asyncio.to_thread(embedded.__enter__)
            stack.push_async_callback(asyncio.to_thread, embedded.__exit__, None, None, None)
        else:
            url = settings.database_url
        enforce_rls = settings.database_rls == "enforce"
        database = Database(url, pool_size=settings.database_pool_size, enforce_rls=enforce_rls)
        stack.push_async_callback(database.close)
        await database.require_reachable()
        yield database


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    """Everything a server or a worker needs.

    Raises `StaleDatabaseError` where the schema is not current, `ViewerRoleError` where row-level security is to be
    enforced and can't be.
    """
    async with open_database(settings) as database:
        await require_current(database.engine)
        if database.enforce_rls:
            await database.require_viewer_role()
        yield Resources(database, open_storage(settings))


def open_storage(settings: Settings) -> Storage:
    """The folder that holds the files."""
    return Storage.folder(
        settings.data / "files",
        base_url=settings.base_url,
        secret=settings.secret,
        upload_lifetime=timedelta(seconds=settings.upload_lifetime_seconds),
        download_lifetime=timedelta(seconds=settings.download_lifetime_seconds),
    )

"""Where things are kept: the database and the files, as the settings say. It knows no GraphQL: workers come here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from database.embedded import embedded_postgres
from database.engine import Database
from database.revisions import StaleDatabaseError, current_revision, require_current
from server.settings import Settings
from services.storage import FolderStorage, Lifetimes, Storage, StorageAddress, TokenLinks, connect

# The revision that made the tables of clients and of deployed contracts.
REGISTRY_SINCE = "0009"


@asynccontextmanager
async def open_stores(settings: Settings) -> AsyncIterator[tuple[Database, Storage]]:
    """Both, for who reads and writes them.

    Raises `StaleDatabaseError` where the schema is not current, `ViewerRoleError` where row-level security is to be
    enforced and can't be, `UnusableStorageError` where files can't be kept.
    """
    async with open_current_database(settings) as database:
        if database.enforce_rls:
            await database.require_viewer_role()
        storage = open_storage(settings)
        await storage.require_usable()
        yield database, storage


@asynccontextmanager
async def database_url(settings: Settings) -> AsyncIterator[str]:
    """Where the database is; the embedded one runs while the block does."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    embedded = embedded_postgres(settings.data)
    url = await asyncio.to_thread(embedded.__enter__)
    try:
        yield url
    finally:
        await asyncio.to_thread(embedded.__exit__, None, None, None)


@asynccontextmanager
async def open_database(settings: Settings, *, directly: bool = False) -> AsyncIterator[Database]:
    """The configured database, or the embedded one for as long as the block runs; its schema may be any.

    `directly`: past the pooler, for what may take long or needs a session.

    Raises `UnreachableDatabaseError` when it does not answer.
    """
    async with database_url(settings) as url, AsyncExitStack() as stack:
        direct_url = settings.database_direct_url
        database = Database(
            (directly and direct_url) or url,
            direct_url=None if directly else direct_url,
            replica_urls=settings.replica_urls,
            pool_size=settings.database_pool_size,
            pool_timeout=settings.database_pool_timeout_seconds,
            most_lag_seconds=settings.replica_max_lag_seconds,
            enforce_rls=settings.database_rls == "enforce",
        )
        stack.push_async_callback(database.close)
        await database.require_reachable()
        yield database


@asynccontextmanager
async def open_current_database(settings: Settings) -> AsyncIterator[Database]:
    """The same, for who reads and writes it; raises `StaleDatabaseError` where its schema is not current."""
    async with open_database(settings) as database:
        await require_current(database.engine)
        yield database


@asynccontextmanager
async def open_registry(settings: Settings) -> AsyncIterator[Database]:
    """The same, for who asks it about clients and the contract: a deployed database may be behind a version to come.

    Raises `StaleDatabaseError` where it has no record of them.
    """
    async with open_database(settings) as database:
        revision = await current_revision(database.engine)
        if revision is None or revision < REGISTRY_SINCE:
            raise StaleDatabaseError(
                f"The database is at revision {revision or 'none'}, which has no record of clients.",
                hint=f"Deploy a version that brings it to {REGISTRY_SINCE} or further, by: reelgraph migrate",
            )
        yield database


def open_storage(settings: Settings) -> Storage:
    """Where the files are: a folder, or an object store; nothing is asked of it yet."""
    lifetimes = Lifetimes(
        upload=timedelta(seconds=settings.upload_lifetime_seconds),
        download=timedelta(seconds=settings.download_lifetime_seconds),
    )
    address = StorageAddress.parse(settings.storage_url) if settings.storage_url else None
    if address and address.scheme != "file":
        return connect(address, lifetimes, downloads=settings.data / "downloads")
    links = TokenLinks(base_url=settings.base_url, secret=settings.secret, lifetimes=lifetimes)
    return FolderStorage(address.folder if address else settings.data / "files", links)

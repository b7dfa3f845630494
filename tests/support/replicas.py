"""A server on a primary and its replica, and the replica's replay held where it is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from database.address import for_asyncpg, parsed
from database.engine import Database
from database.replicas import Replica
from server.settings import Settings
from services.storage import Storage
from tests.support.api import Api, serving, statements, statements_of

CAUGHT_UP_SECONDS = 20
NOBODY = UUID(int=0)


@dataclass
class Node:
    """One process of the server, as far as it matters here: its connections, and what it knows of places."""

    api: Api
    database: Database

    @property
    def replica(self) -> Replica:
        assert self.database.replicas is not None
        return self.database.replicas._replicas[0]

    async def caught_up(self) -> None:
        """Return when a viewer nobody knows of would read from the replica, and it has all that is committed now."""
        replicas = self.database.replicas
        assert replicas is not None
        place = await end_of_log(self.database.dsn)
        async with asyncio.timeout(CAUGHT_UP_SECONDS):
            while replicas.choose(NOBODY, place) is None:
                await asyncio.sleep(0.02)

    @asynccontextmanager
    async def reads(self) -> AsyncIterator[tuple[list[str], list[str]]]:
        """The statements that go to the primary, and those that go to the replica, while the block runs."""
        there = statements_of(self.replica.engine, self.replica.parking)
        async with statements(self.database) as primary, there as replica:
            yield primary, replica


@asynccontextmanager
async def node(
    settings: Settings, primary: str, replica: str, storage: Storage, **options: float
) -> AsyncIterator[Node]:
    """A server that reads from a replica."""
    database = Database(primary, replica_urls=[replica], pool_size=5, **options)  # type: ignore[arg-type]
    try:
        async with serving(settings, database, storage) as api:
            made = Node(api, database)
            await made.caught_up()
            yield made
    finally:
        await database.close()


async def end_of_log(dsn: str) -> int:
    """Where the primary's log ends, in the disk's time."""
    return int(await asked(dsn, "SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint"))


async def asked(url: str, question: str) -> str:
    """What a server answers."""
    connection = await asyncpg.connect(for_asyncpg(parsed(url)))
    try:
        return str(await connection.fetchval(question))
    finally:
        await connection.close()


@asynccontextmanager
async def replay_paused(replica: str) -> AsyncIterator[None]:
    """While the block runs, the replica shows nothing new."""
    await asked(replica, "SELECT pg_wal_replay_pause()")
    try:
        async with asyncio.timeout(CAUGHT_UP_SECONDS):
            while await asked(replica, "SELECT pg_get_wal_replay_pause_state()") != "paused":
                await asyncio.sleep(0.02)
        yield
    finally:
        await asked(replica, "SELECT pg_wal_replay_resume()")

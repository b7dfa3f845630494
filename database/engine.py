"""One database: its pool of connections, its sessions for writing and its readers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from database.errors import ReelgraphError
from database.reader import Reader


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


class UnreachableDatabaseError(ReelgraphError):
    """No connection can be made."""


class Database:
    """PostgreSQL behind one pool. `url` is `postgresql://…`; the driver is asyncpg."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        address = make_url(url)
        # What asyncpg understands by itself, for the queue and for LISTEN, which need connections of their own.
        self.dsn = address.set(drivername="postgresql").render_as_string(hide_password=False)
        self.engine = create_async_engine(
            address.set(drivername="postgresql+asyncpg"),
            pool_size=pool_size,
            max_overflow=0,
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    async def require_reachable(self) -> None:
        """Raise `UnreachableDatabaseError` unless a connection can be made."""
        try:
            async with self.engine.connect():
                pass
        except (OSError, TimeoutError, asyncpg.PostgresError, DBAPIError) as error:
            reason = str(error.orig if isinstance(error, DBAPIError) else error).splitlines()[0]
            address = self.engine.url.render_as_string(hide_password=True)
            raise UnreachableDatabaseError(
                f"The database {address} can't be reached: {reason}",
                hint="Check REELGRAPH_DATABASE_URL, and that PostgreSQL runs there.",
            ) from None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed when the block ends, and undone when it raises."""
        async with self._sessions.begin() as session:
            yield session

    def reader(self, viewer: UUID) -> Reader:
        """The reads of one request by a viewer; close it, or use it as a context manager."""
        return Reader(self.engine, viewer)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

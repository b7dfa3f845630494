"""The reads of one request."""

import asyncio
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

from database.statement import RowT, Statement


class Reader:
    """Reads for one viewer on at most one connection, taken at the first read.

    One connection a request means that requests cannot wait for each other in the pool for ever.
    """

    def __init__(self, engine: AsyncEngine, viewer: UUID) -> None:
        self.viewer = viewer
        self._engine = engine
        self._lock = asyncio.Lock()
        self._connection: PoolProxiedConnection | None = None

    async def fetch(self, statement: Statement[RowT], **values: Any) -> list[RowT]:
        """The rows of a statement, in its order. Concurrent calls take turns on the connection."""
        async with self._lock:
            if self._connection is None:
                self._connection = await self._engine.raw_connection()
            driver: Any = self._connection.driver_connection
            rows: list[RowT] = await driver.fetch(
                statement.sql,
                *statement.arguments({"viewer": self.viewer, **values}),
                record_class=statement.row,
            )
            return rows

    async def close(self) -> None:
        """Give the connection back; the next read would take one again."""
        async with self._lock:
            connection, self._connection = self._connection, None
            if connection is None:
                return
            driver: Any = connection.driver_connection
            if driver is None or driver.is_closed():
                connection.invalidate()
            else:
                await greenlet_spawn(connection.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

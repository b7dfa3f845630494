"""Connections between two readers: they wait beside SQLAlchemy's pool, which takes a tenth of a millisecond each time.

A reader that finds none free stands in line here, and gets the next one that a reader leaves. Whoever else takes a
connection from the pool does so within `wanted()`: one that is parked goes back for them, and they come first.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

from database.connections import is_read_only
from database.errors import DatabaseBusyError
from database.failures import unavailability_told

# The entry of a connection's `info` that says which generation it is of.
GENERATION = "reelgraph.generation"


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Where the connections of a pool are now: parked, or in use; and how many wait for one, or have one made."""

    size: int
    in_use: int
    parked: int
    waiting: int


class Parking:
    """The connections that readers of one engine have, in use or parked: as many as the pool has, at most.

    `longest_wait` is how many seconds a reader stands in line; SQLAlchemy's pool has the same.
    """

    def __init__(self, engine: AsyncEngine, *, pool_size: int, longest_wait: float) -> None:
        self._engine = engine
        self._longest_wait = longest_wait
        self._most = pool_size
        self._held = 0
        self._parked: list[PoolProxiedConnection] = []
        self._line: deque[asyncio.Future[PoolProxiedConnection | None]] = deque()
        self._waiting = 0
        self._closed = False
        # Another server may stand behind the address by now: connections of before are not for readers any more.
        self._generation = 0
        event.listen(engine.sync_engine, "handle_error", self._begin_anew_where_read_only)
        event.listen(engine.sync_engine.pool, "connect", self._note)
        # How often a connection was waited for or made, and for how long altogether.
        self.waits = 0
        self.waited_seconds = 0.0

    @property
    def occupancy(self) -> Occupancy:
        """Where the connections are now."""
        parked = len(self._parked)
        checked_out = self._engine.pool.checkedout()  # type: ignore[attr-defined]  # a QueuePool's
        return Occupancy(self._most, checked_out - parked, parked, self._waiting + len(self._line))

    async def take(self) -> PoolProxiedConnection:
        """A connection: the one parked last, or one of the pool's, or the next that is left.

        Raises `DatabaseBusyError` where none is left in time, `DatabaseAwayError` where none can be made.
        """
        while True:
            while self._parked:
                connection = self._parked.pop()
                if self._is_good(connection):
                    return connection
                self._held -= 1
                connection.invalidate()  # the server closed it while it waited, or is the wrong one
            if self._held < self._most:
                return await self._of_the_pool()
            handed = await self._turn()
            if handed is not None:
                return handed

    def park(self, connection: PoolProxiedConnection) -> bool:
        """Leave a connection that is at rest to the next reader; not while anybody else waits for one."""
        if self._closed or self._waiting or not self._is_good(connection):
            return False
        if not self._next(connection):
            self._parked.append(connection)
        return True

    def _is_good(self, connection: PoolProxiedConnection) -> bool:
        driver = connection.driver_connection
        is_of_now = connection.info.get(GENERATION, 0) == self._generation
        return is_of_now and driver is not None and not driver.is_closed()

    def _note(self, _connection: object, record: ConnectionPoolEntry) -> None:
        record.info[GENERATION] = self._generation

    def _begin_anew_where_read_only(self, context: ExceptionContext) -> None:
        if is_read_only(context):
            self._generation += 1

    def left(self) -> None:
        """A reader gives its connection back to the pool itself."""
        # Said in the loop's next turn, when the connection is in the pool and whoever waits for it there was woken:
        # the first in line, woken with them, would take it before they could.
        asyncio.get_running_loop().call_soon(self._freed)

    @asynccontextmanager
    async def wanted(self) -> AsyncIterator[None]:
        """While the block runs, a connection of the pool is waited for."""
        self._waiting += 1
        started = time.perf_counter()
        try:
            if self._parked:
                await self._back(self._parked.pop())
            yield
        finally:
            self._waiting -= 1
            self._waited_since(started)

    async def close(self) -> None:
        """Park no more, and give every connection back to the pool."""
        self._closed = True
        await self.empty()

    async def empty(self) -> None:
        """Give every connection that is parked back to the pool."""
        while self._parked:
            await self._back(self._parked.pop())

    async def _of_the_pool(self) -> PoolProxiedConnection:
        self._held += 1
        try:
            with unavailability_told():
                async with self.wanted():
                    return await self._engine.raw_connection()
        except BaseException:
            self.left()
            raise

    async def _turn(self) -> PoolProxiedConnection | None:
        """What somebody leaves; None: the pool has one again."""
        turn: asyncio.Future[PoolProxiedConnection | None] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._longest_wait):
                return await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():  # handed over too late: it is for the next
                await self._pass_on(turn.result())
            if isinstance(error, TimeoutError):
                raise DatabaseBusyError from None
            raise
        finally:
            self._waited_since(started)

    def _waited_since(self, started: float) -> None:
        self.waits += 1
        self.waited_seconds += time.perf_counter() - started

    async def _pass_on(self, handed: PoolProxiedConnection | None) -> None:
        """Leave to others what somebody got who no longer wants it."""
        if handed is None:
            self._next(None)
        elif not self.park(handed):
            await self._back(handed)

    def _freed(self) -> None:
        self._held -= 1
        self._next(None)

    def _next(self, connection: PoolProxiedConnection | None) -> bool:
        """Hand a connection, or the word that the pool has one, to the first in line."""
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(connection)
                return True
        return False

    async def _back(self, connection: PoolProxiedConnection) -> None:
        self.left()
        await greenlet_spawn(connection.close)

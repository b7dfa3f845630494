"""The reads of one request."""

import asyncio
import copy
import logging
import time
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

from database.errors import DatabaseUnavailableError
from database.failures import unavailable
from database.parking import Parking
from database.statement import Row, RowT, Statement

logger = logging.getLogger(__name__)

# Where the primary's log ends. What was committed is before that, also where commits do not wait for the disk.
END = "SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint"

# The role that row-level security is enforced on, made by migration 0005.
VIEWER_ROLE = "reelgraph_viewer"

# Hears of a statement that ran: with which values, for how many seconds, and how many rows there were.
Watch = Callable[[Statement[Any], dict[str, Any], float, int], None]

# Hears of every statement of a process: for how many seconds it ran, the wait for a connection included, and how many
# rows there were, None where it failed.
Observe = Callable[[Statement[Any], float, int | None], None]

# Longest a connection may take to come to rest before it is thrown away.
REST_SECONDS = 5

# The event loop itself refers to its tasks weakly.
_returning: set[asyncio.Task[None]] = set()


class Reader:
    """Reads for one viewer on at most one connection, taken at the first read.

    One connection a request means that requests cannot wait for each other in the pool for ever. With `enforce_rls`
    the reads are one read-only transaction in the viewer's role, and each sees what is committed by then. What can't
    be read on a replica is read `instead` on the primary, and so is the rest.
    """

    def __init__(
        self,
        parking: Parking,
        viewer: UUID,
        *,
        enforce_rls: bool = False,
        observe: Observe | None = None,
        instead: Parking | None = None,
    ) -> None:
        self.viewer = viewer
        self._parking = parking
        self._instead = instead
        self._enforce_rls = enforce_rls
        self._lock = asyncio.Lock()
        self._connection: PoolProxiedConnection | None = None
        self._running: asyncio.Timeout | None = None
        self._closed = False
        self._observe = observe
        self._refused: DatabaseUnavailableError | None = None
        self.watch: Watch | None = None

    async def fetch(self, statement: Statement[RowT], **values: Any) -> list[RowT]:
        """The rows of a statement, in its order. Concurrent calls take turns on the connection.

        Raises `RuntimeError` once the reader is closed, `TimeoutError` where closing it ends the statement, and
        `DatabaseUnavailableError`: where there was no connection to be had, for whatever is asked from then on, too.
        """
        async with self._lock:
            if self._closed:
                raise RuntimeError("The reader is closed: the request it belongs to has ended.")
            try:
                return await self._fetch_somewhere(statement, {"viewer": self.viewer, **values})
            except BaseException as error:
                # Closing it is not the database's doing; all other failures of sockets are.
                told = None if isinstance(error, TimeoutError) else unavailable(error)
                if told is not None:
                    raise told from error
                raise

    async def analyze(self, statement: Statement[Any], **values: Any) -> str:
        """Run a statement again, and tell how PostgreSQL ran it."""
        explained = copy.copy(statement)
        explained.sql = f"EXPLAIN (ANALYZE, BUFFERS) {statement.sql}"
        explained.record_class = Row
        return "\n".join(line[0] for line in await self.fetch(explained, **values))

    async def release(self) -> None:
        """Give the connection back; the next read takes one again."""
        if self._connection is None and not self._lock.locked():
            return
        if not self._lock.locked() and not self._enforce_rls and self._parked():
            return
        await _to_its_end(self._release())

    async def close(self) -> None:
        """End the reads: what still runs is stopped, and the connection given back."""
        self._closed = True
        running, self._running = self._running, None
        if running is not None:
            running.reschedule(0)
        await self.release()

    async def place(self) -> int:
        """Where the primary's log ends: at or after all that is committed by now."""
        async with self._lock:
            try:
                driver = await self._driver()
                return int(await driver.fetchval(END))
            except BaseException:
                await _to_its_end(_give_back(self._detached(), "ROLLBACK" if self._enforce_rls else ""))
                raise

    async def _fetch_somewhere(self, statement: Statement[RowT], values: dict[str, Any]) -> list[RowT]:
        try:
            return await self._observed(statement, values)
        except BaseException as error:
            # The statement may still run, and the transaction is lost: the next read begins anew.
            await _to_its_end(_give_back(self._detached(), "ROLLBACK" if self._enforce_rls else ""))
            if self._instead is None or self._closed or not isinstance(error, Exception):
                raise
            # Whatever a replica has against it: a read has no effects, and what is wrong with it the primary says too.
            logger.info("%s is read on the primary: %s", statement.name, str(error) or type(error).__name__)
        self._parking, self._instead, self._refused = self._instead, None, None
        return await self._fetch_somewhere(statement, values)

    async def _observed(self, statement: Statement[RowT], values: dict[str, Any]) -> list[RowT]:
        started, rows = time.perf_counter(), None
        try:
            rows = await self._fetch(statement, values)
        finally:
            seconds = time.perf_counter() - started
            if self._observe is not None:
                self._observe(statement, seconds, None if rows is None else len(rows))
        if self.watch is not None:
            self.watch(statement, values, seconds, len(rows))
        return rows

    async def _fetch(self, statement: Statement[RowT], values: dict[str, Any]) -> list[RowT]:
        try:
            async with asyncio.timeout(None) as self._running:
                driver = await self._driver()
                rows: list[RowT] = await driver.fetch(
                    statement.sql, *statement.arguments(values), record_class=statement.record_class
                )
                return rows
        finally:
            self._running = None

    async def _driver(self) -> Any:
        if self._connection is None:
            if self._refused is not None:
                raise copy.copy(self._refused)
            try:
                self._connection = await self._parking.take()
            except DatabaseUnavailableError as error:
                self._refused = error
                raise
            if self._enforce_rls:
                driver: Any = self._connection.driver_connection
                await driver.execute(_begin(self.viewer))
        return self._connection.driver_connection

    def _parked(self) -> bool:
        """Whether the connection, at rest, could be left to wait for the next reader."""
        assert self._connection is not None
        parked = self._parking.park(self._connection)
        if parked:
            self._connection = None
        return parked

    async def _release(self) -> None:
        async with self._lock:
            await _give_back(self._detached(), "ROLLBACK" if self._enforce_rls else None)

    def _detached(self) -> PoolProxiedConnection | None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._parking.left()
        return connection

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _begin(viewer: UUID) -> str:
    # Several statements in one message take no parameters; `hex` makes sure that what stands there is a UUID.
    return (
        "BEGIN READ ONLY ISOLATION LEVEL READ COMMITTED;"
        f" SET LOCAL ROLE {VIEWER_ROLE}; SELECT set_config('reelgraph.viewer', '{UUID(viewer.hex)}', true)"
    )


async def _give_back(connection: PoolProxiedConnection | None, last: str | None) -> None:
    """Give a connection back to its pool, after a last statement; one that can't run it is thrown away."""
    if connection is None:
        return
    driver: Any = connection.driver_connection
    try:
        if last is not None:
            async with asyncio.timeout(REST_SECONDS):
                await driver.execute(last)  # asyncpg begins when a cancelled statement has stopped
        usable = not driver.is_closed()
    except Exception:
        usable = False
    if usable:
        await greenlet_spawn(connection.close)
    else:
        connection.invalidate()


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Run something to its end, also when who waits for it is cancelled."""
    task = asyncio.get_running_loop().create_task(work)
    _returning.add(task)
    task.add_done_callback(_returning.discard)
    await asyncio.shield(task)

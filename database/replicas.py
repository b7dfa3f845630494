"""Servers that follow the primary: how far each of them has come, and which of them a viewer may read from.

A place in the primary's log (an LSN, here a number) is how far somebody must have come. Each process asks each server
for its place a few times a second, so that a read need not: what is known of a replica is never more than it has.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID
from weakref import WeakSet

import asyncpg
from sqlalchemy import URL, event

from database.address import for_asyncpg
from database.connections import open_engine
from database.parking import Parking
from database.reader import END

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.1
# Longest that a server takes to answer; one that takes longer counts as lost.
ANSWER_SECONDS = 3
RETRY_SECONDS = 0.5

NOWHERE = -1

# How far a replica shows what was committed; null where it was made a primary, which nobody is to read here.
REACHED = "SELECT CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint END"

BROKEN = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class Replica:
    """One of them: its connections, and the place it has surely reached."""

    def __init__(self, address: URL, *, pool_size: int) -> None:
        self.name = f"{address.host or address.query.get('host')}"
        self.dsn = for_asyncpg(address)
        self.reached = NOWHERE
        self.engine = open_engine(address, pool_size=pool_size, pool_timeout=ANSWER_SECONDS)
        self.parking = Parking(self.engine, pool_size=pool_size, longest_wait=ANSWER_SECONDS)
        self._connections: WeakSet[Any] = WeakSet()
        event.listen(self.engine.sync_engine, "connect", self._note)

    def hear(self, place: int | None) -> None:
        """Note how far it has come; None: it can't be read from, and whoever waits for it waits no longer."""
        if place is None and self.reached != NOWHERE:
            logger.warning("the replica %s is away; its readers go to others", self.name)
            for connection in list(self._connections):
                connection.terminate()
        elif place is not None and self.reached == NOWHERE:
            logger.info("the replica %s is there", self.name)
        self.reached = NOWHERE if place is None else place

    async def close(self) -> None:
        """Close every connection."""
        await self.parking.close()
        await self.engine.dispose()

    def _note(self, connection: Any, _record: Any) -> None:
        self._connections.add(connection.driver_connection)


class Replicas:
    """All that one process reads from. The process begins to ask for their places when it first wants to read."""

    def __init__(self, primary_dsn: str, addresses: Sequence[URL], *, pool_size: int, most_lag_seconds: float) -> None:
        self._replicas = [Replica(address, pool_size=pool_size) for address in addresses]
        self._primary_dsn = primary_dsn
        self._most_lag = most_lag_seconds
        # Where the primary was: the newest that is older than the longest lag, and what came after it.
        self._ends: deque[tuple[float, int]] = deque()
        # How far a replica must have come for these viewers; in the order of the places.
        self._floors: dict[UUID, int] = {}
        self._watching: list[asyncio.Task[None]] = []
        self._lost_primary = False
        # Viewers who have written nobody knows where: they read the primary until it has said how far it is.
        self._unplaced: set[UUID] = set()

    def choose(self, viewer: UUID, floor: int) -> Replica | None:
        """The replica that a viewer may read from, if one has come far enough: the same one as long as it can be."""
        if not self._watching:
            self._watch()
        if not self._ends or viewer in self._unplaced:
            return None
        least = max(floor, self._floors.get(viewer, 0), self._ends[0][1])
        count = len(self._replicas)
        first = viewer.int % count
        for number in range(first, first + count):
            replica = self._replicas[number % count]
            if replica.reached >= least:
                return replica
        return None

    def hold(self, viewer: UUID, place: int | None) -> None:
        """Have a viewer read, in this process, nothing older than a place; None: it could not be asked for."""
        if place is None:
            self._unplaced.add(viewer)
        else:
            self._floors[viewer] = max(self._floors.pop(viewer, 0), place)

    async def close(self) -> None:
        """Ask no more, and close every connection."""
        for task in self._watching:
            task.cancel()
        if self._watching:
            await asyncio.wait(self._watching)
        for replica in self._replicas:
            await replica.close()

    def _watch(self) -> None:
        asked = [(self._primary_dsn, END, self._hear_primary)]
        asked += [(replica.dsn, REACHED, replica.hear) for replica in self._replicas]
        self._watching = [asyncio.create_task(_keep_asking(*one)) for one in asked]

    def _hear_primary(self, place: int | None) -> None:
        """Note where the primary's log ends; None: who has been away knows nothing about lags until they are back."""
        if place is None:
            self._lost_primary = True
            return
        now = time.monotonic()
        if self._lost_primary:
            self._ends.clear()
            self._lost_primary = False
        self._ends.append((now, place))
        for viewer in self._unplaced:
            self._floors[viewer] = max(self._floors.pop(viewer, 0), place)
        self._unplaced.clear()
        while len(self._ends) > 1 and self._ends[1][0] <= now - self._most_lag:
            self._ends.popleft()
        # What every replica must have reached to be read at all need not be remembered for single viewers.
        while self._floors and self._floors[viewer := next(iter(self._floors))] <= self._ends[0][1]:
            del self._floors[viewer]


async def _keep_asking(dsn: str, question: str, hear: Callable[[int | None], None]) -> None:
    """Ask a server for its place until cancelled; hears None when it does not answer."""
    while True:
        with suppress(*BROKEN):
            connection = await asyncpg.connect(dsn, timeout=ANSWER_SECONDS)
            try:
                while True:
                    hear(await connection.fetchval(question, timeout=ANSWER_SECONDS))
                    await asyncio.sleep(POLL_SECONDS)
            finally:
                connection.terminate()
        hear(None)
        await asyncio.sleep(RETRY_SECONDS)

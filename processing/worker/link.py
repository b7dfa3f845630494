"""The worker's own connection to the queue, which is made again whenever it breaks."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.listeners import initialize_notice_event_listener
from pgqueuer.models import AnyEvent

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

# Longest that the queue takes for an answer; a connection to a server that is cut off says nothing at all.
ANSWER_SECONDS = 10
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0

# Whatever the database can't answer, a new connection may be to another server or to the same one later.
BROKEN = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class LinkBrokenError(Exception):
    """There is no connection to the queue now."""


class Link:
    """One connection at a time, held by `hold`; `hear` gets the events of the queue, `is_made` each new connection.

    `breaks` counts how often it broke: whoever finds it grown knows that the database was away meanwhile.
    """

    def __init__(self, dsn: str, *, hear: Callable[[AnyEvent], None], is_made: Callable[[], None]) -> None:
        self.breaks = 0
        self._dsn = dsn
        self._hear = hear
        self._is_made = is_made
        self._queries: Queries | None = None
        self._up, self._broken = asyncio.Event(), asyncio.Event()
        self._away_since: float | None = None
        self._tries = 0

    async def hold(self) -> None:
        """Make the connection, and again when it breaks, until cancelled."""
        while True:
            connection, queries = await self._made()
            self._queries = queries
            self._broken.clear()
            self._up.set()
            try:
                connection.add_termination_listener(lambda _, queries=queries: self._breaks(queries, "it was closed"))
                self._is_made()
                await self._broken.wait()
            finally:
                self._queries = None
                self._up.clear()
                with suppress(*BROKEN):
                    await connection.close(timeout=1)

    async def ask(self, question: Callable[[Queries], Awaitable[Answer]]) -> Answer:
        """The queue's answer; raises LinkBrokenError where it has none, and then it may have done what was asked."""
        queries = self._queries
        if queries is None:
            raise LinkBrokenError
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await question(queries)
        except BROKEN as error:
            self._breaks(queries, _reason(error))
            raise LinkBrokenError from error
        self._tries = 0
        return answer

    async def insist(self, question: Callable[[Queries], Awaitable[Answer]]) -> Answer:
        """The queue's answer, however long it is away: what is asked must be such that it may be done twice."""
        while True:
            await self._up.wait()
            with suppress(LinkBrokenError):
                return await self.ask(question)

    def _breaks(self, queries: Queries, reason: str) -> None:
        if self._queries is not queries:
            return  # this one broke before
        self._queries = None
        self.breaks += 1
        self._up.clear()
        self._broken.set()
        self._is_away(reason)

    async def _made(self) -> tuple[Any, Queries]:
        """A connection that listens, sooner or later."""
        while True:
            # The first try is at once; what broke before it answered anything was no success.
            if self._tries:
                pause = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(self._tries, 10))
                await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  no secret
            self._tries += 1
            try:
                connection = await asyncpg.connect(self._dsn, timeout=ANSWER_SECONDS)
                queries = Queries(AsyncpgDriver(connection))
                async with asyncio.timeout(ANSWER_SECONDS):
                    await initialize_notice_event_listener(queries.driver, queries.qbq.settings.channel, self._hear)
            except BROKEN as error:
                self._is_away(_reason(error))
            else:
                self._is_back()
                return connection, queries

    def _is_away(self, reason: str) -> None:
        if self._away_since is None:
            self._away_since = time.monotonic()
            logger.warning("the queue is away: %s. What runs goes on while it can; waiting for the database", reason)

    def _is_back(self) -> None:
        if self._away_since is not None:
            logger.warning("the queue is back after %.1f seconds", time.monotonic() - self._away_since)
            self._away_since = None


def _reason(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__

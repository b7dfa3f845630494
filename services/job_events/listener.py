"""The ear of a process: one connection that hears of every change of a job, whoever made it."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg

from database.errors import DatabaseAwayError

logger = logging.getLogger(__name__)

# What the trigger of migration 0007 notifies, with the owner's id.
CHANNEL = "reelgraph_video_job_events"

CONNECT_SECONDS = 5
# A connection that broke without a word is noticed within this time.
CHECK_SECONDS = 15
FIRST_DELAY_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 2.0


class Listener:
    """Listens until it is closed, connecting again when the connection breaks.

    `heard` is called with the owner of each change, `missed` when there may have been changes that nobody heard of.
    """

    def __init__(self, dsn: str, heard: Callable[[UUID], None], missed: Callable[[], None]) -> None:
        self._dsn = dsn
        self._heard = heard
        self._missed = missed
        self._listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def listening(self) -> None:
        """Return while the connection stands; raises `DatabaseAwayError` where it can't be made."""
        if self._task is None:
            self._task = asyncio.create_task(self._listen())
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._listening.wait()
        except TimeoutError:
            raise DatabaseAwayError("The database can't be listened to.") from None

    async def close(self) -> None:
        """Stop listening; nobody waits for it any longer."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
            self._listening.set()

    async def _listen(self) -> None:
        delay = FIRST_DELAY_SECONDS
        while True:
            try:
                connection = await asyncpg.connect(self._dsn, timeout=CONNECT_SECONDS)
                delay = FIRST_DELAY_SECONDS
                try:
                    await self._stay(connection)
                finally:
                    self._listening.clear()
                    connection.terminate()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                logger.warning("not hearing of changes, connecting again: %s", error or type(error).__name__)
            await asyncio.sleep(delay)
            delay = min(2 * delay, LONGEST_DELAY_SECONDS)

    async def _stay(self, connection: Any) -> None:
        """Listen until the connection breaks."""
        broken = asyncio.Event()
        connection.add_termination_listener(lambda _: broken.set())
        await connection.add_listener(CHANNEL, self._on_notify)
        self._listening.set()
        self._missed()
        while not broken.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(CHECK_SECONDS):
                    await broken.wait()
            if not broken.is_set():
                await connection.execute("SELECT 1", timeout=CONNECT_SECONDS)

    def _on_notify(self, _connection: Any, _pid: int, _channel: str, owner: str) -> None:
        self._heard(UUID(owner))

"""How long an operation may take, and that it ends when its client leaves."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from server.graphql_request import ClientGoneError

T = TypeVar("T")

# Returns when the client has left; where that can't be known, it says False.
Left = Callable[[], Awaitable[bool]]

# Most operations end sooner: until then nobody looks for the client, which would cost them a task each.
PATIENCE_SECONDS = 0.05


class TookTooLongError(Exception):
    """The time is over."""


class _Watch:
    """Ends what runs within `timeout`, when the time is over or the client has left."""

    def __init__(self, timeout: asyncio.Timeout, ends: float, left: Left | None) -> None:
        self._timeout = timeout
        self._ends = ends
        self._left = left
        self._watching: asyncio.Task[None] | None = None
        self.client_left = False

    def begin(self) -> None:
        """Watch: it takes longer than most."""
        self._timeout.reschedule(self._ends)
        if self._left is not None:
            self._watching = asyncio.get_running_loop().create_task(self._watch(self._left))

    def end(self) -> None:
        """Watch no more."""
        if self._watching is not None:
            self._watching.cancel()

    async def _watch(self, left: Left) -> None:
        if await left() and not self._timeout.expired():
            self.client_left = True
            self._timeout.reschedule(0)


async def in_time(work: Coroutine[Any, Any, T], seconds: float, left: Left | None = None) -> T:
    """What work comes to. It is cancelled after so many seconds, and when the client has left.

    Raises `TookTooLongError` and `ClientGoneError`.
    """
    loop = asyncio.get_running_loop()
    timeout = asyncio.timeout(None)
    watch = _Watch(timeout, loop.time() + seconds, left)
    timer = loop.call_later(min(PATIENCE_SECONDS, seconds), watch.begin)
    try:
        async with timeout:
            return await work
    except TimeoutError:
        if not timeout.expired():
            raise
        raise (ClientGoneError if watch.client_left else TookTooLongError) from None
    finally:
        timer.cancel()
        watch.end()

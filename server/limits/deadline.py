"""How long an operation may take, and that it ends when its client leaves."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from server.http_request import ClientGoneError
from server.limits.refusals import OperationTimeoutError

T = TypeVar("T")

# Returns when the client has left; where that can't be known, it says False.
Left = Callable[[], Awaitable[bool]]

# Most operations end sooner: until then nobody looks for the client, or at the clock.
PATIENCE_SECONDS = 0.05


class _Run:
    """Something that runs in a task."""

    __slots__ = ("_begun", "_left", "_seconds", "_task", "_timer", "_watching", "cancelling", "reason")

    def __init__(self, task: asyncio.Task[Any], begun: float, seconds: float, left: Left | None) -> None:
        self._task = task
        self._begun = begun
        self._seconds = seconds
        self._left = left
        self._timer: asyncio.TimerHandle | None = None
        self._watching: asyncio.Task[None] | None = None
        self.reason: Exception | None = None
        self.cancelling = 0

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look for the client, and at the clock: it takes longer than most."""
        if self._timer is None:
            self._timer = loop.call_at(self._begun + self._seconds, self._end, OperationTimeoutError(self._seconds))
            self._watching = None if self._left is None else loop.create_task(self._watch(self._left))

    async def _watch(self, left: Left) -> None:
        if await left():
            self._end(ClientGoneError())

    def _end(self, reason: Exception) -> None:
        if self.reason is None:
            self.reason, self.cancelling = reason, self._task.cancelling()
            self._task.cancel()

    def leave(self) -> None:
        """Watch no more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._watching is not None:
            self._watching.cancel()
        if self.reason is not None:
            self._task.uncancel()

    @property
    def ended_by_us(self) -> bool:
        """Whether nobody else has cancelled the task, too."""
        return self.reason is not None and self._task.cancelling() <= self.cancelling + 1


class Deadlines:
    """All that runs and has to end in time.

    One timer looks at all of it, and only while there is any: one for each would cost a small operation a tenth.
    """

    def __init__(self) -> None:
        self._running: set[_Run] = set()
        self._ticks = False

    async def in_time(self, work: Coroutine[Any, Any, T], seconds: float, left: Left | None = None) -> T:
        """What work comes to. It is cancelled after so many seconds, and when the client has left.

        Raises `OperationTimeoutError` and `ClientGoneError`. What may take less than 100 ms may take a little longer.
        """
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        run = _Run(task, loop.time(), seconds, left)
        self._running.add(run)
        if not self._ticks:
            self._ticks = True
            loop.call_later(PATIENCE_SECONDS, self._tick, loop, frozenset[_Run]())
        try:
            return await work
        except asyncio.CancelledError:
            if run.ended_by_us and run.reason is not None:
                raise run.reason from None
            raise
        finally:
            self._running.discard(run)
            run.leave()

    def _tick(self, loop: asyncio.AbstractEventLoop, before: frozenset[_Run]) -> None:
        """Watch what ran already at the tick before."""
        for run in before & self._running:
            run.watch(loop)
        self._ticks = bool(self._running)
        if self._ticks:
            loop.call_later(PATIENCE_SECONDS, self._tick, loop, frozenset(self._running))

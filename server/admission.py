"""Who is let in: so many operations run at a time, a few more stand in line, and all others are refused at once.

Whoever would wait too long is better told so at once: a server that takes in all that comes answers nobody in time.
"""

import asyncio
from contextlib import suppress
from types import TracebackType

from server.refusals import OverloadedError


class Admission:
    """The places of one process. Use it as a context manager around what an operation does.

    `longest_wait` is in seconds; `running`, `waiting` and `refused` are counts of operations, `entering` of those that
    were let through to the line and have not come to it: many come in one turn of the event loop.
    """

    def __init__(self, *, most_running: int = 16, most_waiting: int = 32, longest_wait: float = 5) -> None:
        self.running = 0
        self.waiting = 0
        self.entering = 0
        self.refused = 0
        self._most_waiting = most_waiting
        self._longest_wait = longest_wait
        self._most_running = most_running
        self._places = asyncio.Semaphore(most_running)

    @property
    def is_full(self) -> bool:
        """Whether one more could not even stand in line."""
        return self.waiting + self.entering >= self._most_waiting and self._places.locked()

    def require_room(self) -> None:
        """Raise `OverloadedError` where there is none for somebody who has come to the line."""
        if self.waiting >= self._most_waiting and self._places.locked():
            raise self.refusal()

    def entered(self) -> None:
        """One of those who were let through has come to the line."""
        self.entering -= 1

    async def __aenter__(self) -> None:
        """Return when it is one's turn, first come, first served; raises `OverloadedError` if that takes too long."""
        if self._places.locked():
            await self._wait()
        else:
            await self._places.acquire()
        self.running += 1

    async def _wait(self) -> None:
        self.require_room()
        self.waiting += 1
        try:
            async with asyncio.timeout(self._longest_wait):
                await self._places.acquire()
        except TimeoutError:
            raise self.refusal() from None
        finally:
            self.waiting -= 1

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.running -= 1
        self._places.release()

    async def close(self, seconds: float) -> None:
        """Let nobody in any more; return when all who are in have left, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                for _ in range(self._most_running):
                    await self._places.acquire()

    def refusal(self) -> OverloadedError:
        """What one is told who is not let in; it is counted."""
        self.refused += 1
        return OverloadedError()

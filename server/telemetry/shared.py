"""A question that many ask at once, and that may never be answered."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """Asks for all who want to know, once at a time, and not again while the answer is `fresh`.

    Nobody waits longer than `patience`, in seconds, not even for what hangs to clean up after itself.
    """

    def __init__(self, ask: Callable[[], Awaitable[T]], *, fresh: float, patience: float) -> None:
        self.latest: T | None = None
        self._ask = ask
        self._fresh = fresh
        self._patience = patience
        self._asked_at = float("-inf")
        self._asking: asyncio.Task[T] | None = None

    async def get(self) -> T:
        """The answer; raises what asking raises, and `TimeoutError`. Until the next one, `latest` is None then."""
        if self.latest is not None and time.monotonic() - self._asked_at < self._fresh:
            return self.latest
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._once())
            # Who asked may have given up by then.
            self._asking.add_done_callback(lambda task: task.cancelled() or task.exception())
        task = self._asking
        await asyncio.wait({task}, timeout=self._patience)
        if not task.done():
            self.latest = None
            raise TimeoutError
        return task.result()

    async def _once(self) -> T:
        self.latest, asked_at = None, time.monotonic()
        async with asyncio.timeout(self._patience):
            answer = await self._ask()
        self.latest, self._asked_at = answer, asked_at
        return answer

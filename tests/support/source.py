"""Something that loaders ask, whose answers a test can hold back."""

import asyncio

from executor.loader import Loader


class Source:
    """Answers the square of each key, and keeps the questions. It waits while `closed` and fails with `error`."""

    def __init__(self) -> None:
        self.questions: list[list[int]] = []
        self.error: BaseException | None = None
        self.cancelled = 0
        self._open = asyncio.Event()
        self._open.set()
        self.loader = Loader(self.ask)

    async def ask(self, keys: list[int]) -> list[int]:
        self.questions.append(keys)
        try:
            await self._open.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error:
            raise self.error
        return [key * key for key in keys]

    def close(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    async def load(self, key: int) -> int:
        return await self.loader.load(key)

    async def asked(self, *keys: int) -> list[asyncio.Task[int]]:
        """One task that waits for each key, when the question has been asked."""
        tasks = [asyncio.create_task(self.load(key)) for key in keys]
        await turns()
        return tasks


async def turns(count: int = 10) -> None:
    """Let the event loop go round, so that everything happens that needs no waiting."""
    for _ in range(count):
        await asyncio.sleep(0)

"""What asyncio has no word for."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def background(*coroutines: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run them while the block does; what goes wrong in one ends the block."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(coroutine) for coroutine in coroutines]
        yield
        for task in tasks:
            task.cancel()


async def any_of(*events: asyncio.Event, seconds: float) -> None:
    """Wait until one of the events is set, for so long at most."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


async def all_of(tasks: Iterable[asyncio.Task[None]], *, seconds: float | None = None) -> None:
    """Wait until all tasks are done, however they end, for so long at most."""
    if waited := list(tasks):  # asyncio refuses to wait for nothing
        await asyncio.wait(waited, timeout=seconds)


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks, and wait until they have cleaned up."""
    for task in (ended := list(tasks)):
        task.cancel()
    await all_of(ended)

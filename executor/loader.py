"""The dataloader: what is asked for in one turn of the event loop becomes one question."""

import asyncio
import copy
from asyncio import Future, Task
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar, Generic, Protocol, TypeVar

K = TypeVar("K")
V = TypeVar("V")

LARGEST_BATCH = 10_000


class LoadError(Exception):
    """Stands in for an error that can't be copied, which is its cause."""


@dataclass(slots=True, eq=False)
class _Batch(Generic[K, V]):
    """Keys that are asked for together, and who waits for each."""

    waiters: dict[K, list[Future[V]]] = field(default_factory=dict)
    waiting: int = 0
    task: Task[None] = field(init=False)


class Watch(Protocol):
    """Is around a question: it is given the loader's name, and how many keys it gets."""

    def __call__(self, name: str | None, keys: int, /) -> AbstractContextManager[None]: ...


def _unwatched(_name: str | None, _keys: int) -> AbstractContextManager[None]:
    return nullcontext()


class Loader(Generic[K, V]):
    """Values by key, each asked for once; errors are not kept.

    `ask` gets distinct keys, at most `largest_batch` of them, and answers their values in the same order. `name` is for
    people. `watch` is around every question of a process.
    """

    watch: ClassVar[Watch] = staticmethod(_unwatched)

    def __init__(
        self,
        ask: Callable[[list[K]], Awaitable[Sequence[V]]],
        *,
        name: str | None = None,
        largest_batch: int = LARGEST_BATCH,
    ) -> None:
        self.name = name
        self._ask = ask
        self._largest_batch = largest_batch
        self._values: dict[K, V] = {}
        self._kept: dict[K, V] = {}
        self._later: list[Callable[[], Iterable[tuple[K, V]]]] = []
        self._asked: dict[K, _Batch[K, V]] = {}
        self._open: _Batch[K, V] | None = None

    def load(self, key: K) -> Future[V]:
        """The value of a key. Each call has a future of its own, so cancelling one leaves the others alone.

        If asking fails, each future raises a copy of the error, caused by it, and the next call asks again.
        """
        future: Future[V] = asyncio.get_running_loop().create_future()
        if key in self._known():
            future.set_result(self._values[key])
        else:
            self._wait(key, future)
        return future

    def load_many(self, keys: Iterable[K]) -> Future[list[V]]:
        """The values of keys, in their order."""
        return asyncio.gather(*map(self.load, keys))

    async def batch(self, keys: Sequence[K]) -> list[V]:
        """The values of keys, in their order: unknown ones are asked for at once, without a future for each.

        Raises what asking raises, and ValueError if that answers more or fewer values than keys.
        """
        values = self._known()
        unknown = [key for key in dict.fromkeys(keys) if key not in values]
        if unknown and self._asked:  # others wait for some of them, or are about to
            await self.load_many(unknown)
        elif unknown:
            await self._fetch(unknown)
        return [values[key] for key in keys]

    def ready(self, keys: Sequence[K]) -> list[V] | None:
        """The values of keys, if none of them has to be asked for."""
        values = self._known()
        return [values[key] for key in keys] if all(key in values for key in keys) else None

    def known(self, keys: Iterable[K]) -> int:
        """How many of the keys need not be asked for."""
        values = self._known()
        return sum(key in values for key in keys)

    def prime(self, key: K, value: V) -> None:
        """Keep a value that came from elsewhere; one that is known already stays."""
        self._values.setdefault(key, value)

    def prime_later(self, values: Callable[[], Iterable[tuple[K, V]]]) -> None:
        """Keep values that came from elsewhere, if anybody should ask; until then they cost nothing."""
        self._later.append(values)

    def again(self) -> None:
        """Let every value be loaded anew, in turn with others, though what is known is not asked for again."""
        self._kept.update(self._known())
        self._values.clear()

    def _known(self) -> dict[K, V]:
        while self._later:
            for key, value in self._later.pop(0)():
                self._values.setdefault(key, value)
        return self._values

    async def _fetch(self, keys: list[K]) -> None:
        unknown = []
        for key in keys:
            if key in self._kept:
                self._values[key] = self._kept[key]
            elif key not in self._values:
                unknown.append(key)
        for start in range(0, len(unknown), self._largest_batch):
            part = unknown[start : start + self._largest_batch]
            with self.watch(self.name, len(part)):
                answers = await self._ask(part)
            if len(answers) != len(part):
                raise ValueError(f"{len(part)} keys were asked for, and {len(answers)} values came.")
            for key, value in zip(part, answers, strict=True):
                self.prime(key, value)

    def _wait(self, key: K, future: Future[V]) -> None:
        batch = self._asked.get(key) or self._open or self._opened()
        self._asked[key] = batch
        batch.waiters.setdefault(key, []).append(future)
        batch.waiting += 1
        future.add_done_callback(partial(self._leave, batch))

    def _opened(self) -> _Batch[K, V]:
        self._open = batch = _Batch[K, V]()
        batch.task = asyncio.create_task(self._answer(batch))
        batch.task.add_done_callback(partial(self._settle, batch))
        return batch

    async def _answer(self, batch: _Batch[K, V]) -> None:
        await asyncio.sleep(0)  # tasks that begin in this turn ask with us
        self._open = None
        await self._fetch(list(batch.waiters))

    def _settle(self, batch: _Batch[K, V], task: Task[None]) -> None:
        self._close(batch)
        error = None if task.cancelled() else task.exception()
        for key, waiters in batch.waiters.items():
            for future in waiters:
                if future.done():
                    continue
                if task.cancelled():
                    future.cancel()
                elif error:
                    future.set_exception(_own(error))
                    future.exception()  # whoever waits gets it; that nobody may be left to wait is no news
                elif key in self._values:
                    future.set_result(self._values[key])
                else:  # `again` was called meanwhile
                    future.set_result(self._kept[key])

    def _leave(self, batch: _Batch[K, V], future: Future[V]) -> None:
        if future.cancelled():
            batch.waiting -= 1
            if not batch.waiting:
                self._close(batch)
                batch.task.cancel()

    def _close(self, batch: _Batch[K, V]) -> None:
        """Let nobody join the batch any more."""
        if self._open is batch:
            self._open = None
        for key in batch.waiters:
            if self._asked.get(key) is batch:
                del self._asked[key]


def _own(error: BaseException) -> BaseException:
    """A copy for one waiter: an instance that several raise would collect all their tracebacks."""
    try:
        own = copy.copy(error)
    except Exception:
        own = LoadError(str(error))
    own.__cause__ = error
    return own

"""Mutations and the second execution: nothing is done twice."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

from graphql import GraphQLResolveInfo

from executor.info import ObjectInfo
from executor.values import close, is_awaitable


class Recorder:
    """What the resolvers of a mutation did, by path, so that none is called twice. To graphql-core it is middleware."""

    def __init__(self) -> None:
        self._done: dict[tuple[str | int, ...], Callable[[], Any]] = {}
        self._begun: list[Awaitable[Any]] = []

    def call(self, resolver: Callable[..., Any], source: Any, info: ObjectInfo) -> Any:
        """Call a resolver and keep what it answers or raises."""
        path = tuple(info.path.as_list())
        try:
            value = resolver(source, info)
        except Exception as error:
            self._done[path] = partial(_raise, error)
            raise
        if is_awaitable(value):
            self._begun.append(value)
            return self._awaited(path, value)
        value = _lasting(value)
        self._done[path] = lambda: value
        return value

    async def _awaited(self, path: tuple[str | int, ...], awaitable: Awaitable[Any]) -> Any:
        try:
            value = _lasting(await awaitable)
        except Exception as error:
            self._done[path] = partial(_later, partial(_raise, error))
            raise
        self._done[path] = partial(_later, lambda: value)
        return value

    def close(self) -> None:
        """Close coroutines that were never awaited; graphql-core calls their resolvers again."""
        close(self._begun)

    def resolve(self, resolver: Callable[..., Any], root: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        """What was done stays done; all else is called."""
        done = self._done.get(tuple(info.path.as_list()))
        return resolver(root, info, **arguments) if done is None else done()


class Kept:
    """An iterator's elements, and the error that ended it, to be gone through more than once."""

    def __init__(self, iterator: Iterator[Any]) -> None:
        self._elements: list[Any] = []
        self._error: Exception | None = None
        try:
            for element in iterator:
                self._elements.append(_lasting(element))
        except Exception as error:
            self._error = error

    def __iter__(self) -> Iterator[Any]:
        yield from self._elements
        if self._error is not None:
            raise self._error


def _lasting(value: Any) -> Any:
    """A value that can be looked at twice: iterators are kept, and coroutines in lists become tasks."""
    if isinstance(value, Iterator):
        return Kept(value)
    if isinstance(value, list):
        return [asyncio.ensure_future(item) if is_awaitable(item) else _lasting(item) for item in value]
    return value


def _raise(error: Exception) -> None:
    raise error


async def _later(answer: Callable[[], Any]) -> Any:
    return answer()

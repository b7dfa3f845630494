"""What resolvers may answer besides plain values: things to wait for, and errors."""

import asyncio
from collections.abc import Awaitable, Iterable
from types import CoroutineType, GeneratorType
from typing import Any

from graphql.pyutils import gather_with_cancel
from strawberry.execution.is_awaitable import optimized_is_awaitable


class Unexpected(Exception):  # noqa: N818  graphql-core says what is wrong; this only says that something is
    """A value that compiled execution can't complete, rightly or wrongly; graphql-core decides."""


# By class: whether its values are neither awaited nor raised. As many as an application has classes.
_plain: dict[type, bool] = {}


def is_plain(cls: type) -> bool:
    """Whether no value of a class can be awaited or raised."""
    known = _plain.get(cls)
    if known is None:
        known = not (issubclass(cls, (Exception, GeneratorType)) or hasattr(cls, "__await__"))
        if "__layout__" not in cls.__dict__:  # row classes come and go with their statements
            _plain[cls] = known
    return known


# Whether a value is waited for: Strawberry's word, as in graphql-core's executor.
is_awaitable = optimized_is_awaitable


def require_plain(value: Any) -> None:
    """Raise a value that is an error, or `Unexpected` for one that had to be awaited before."""
    if isinstance(value, Exception):
        raise value
    if is_awaitable(value):
        raise Unexpected("awaitable")


def odd_kinds(values: Iterable[Any]) -> set[type]:
    """The classes among the values that are not plain. One pass, in C."""
    return {cls for cls in set(map(type, values)) if not is_plain(cls)}


def close(values: Iterable[Any]) -> None:
    """Close the coroutines among the values, which nobody will await, so that nobody wonders why."""
    for value in values:
        if isinstance(value, CoroutineType):
            value.close()


async def all_of(awaitables: list[Awaitable[Any]]) -> list[Any]:
    """The results of all; if one fails, the others are cancelled and the failure is raised."""
    if len(awaitables) == 1:
        return [await awaitables[0]]
    return await gather_with_cancel(*awaitables)


async def all_to_their_ends(awaitables: list[Awaitable[Any]]) -> list[Any]:
    """The results of all, of which none is cancelled: what a mutation has begun is done. Raises the first failure."""
    results = await asyncio.gather(*awaitables, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results

"""Objects in lists: taken out for the next level, and put back, shaped, where they were."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from graphql.pyutils import Undefined, is_iterable

from executor.plan import Levels
from executor.values import Unexpected


def elements_at(values: list[Any], level: int) -> list[Any]:
    """The elements of the lists `level` deep, at 0 the values themselves, without those that are None."""
    above = values if level == 0 else chain.from_iterable(elements_at(values, level - 1))
    return [value for value in above if value is not None and value is not Undefined]


def as_lists(values: list[Any], level: int) -> list[Any]:
    """The values with every iterable that stands for a list `level` deep made one; raises `Unexpected` for others."""
    if level == 0:
        return [None if value is None or value is Undefined else _as_list(value) for value in values]
    return [None if value is None else as_lists(value, level - 1) for value in values]


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if not is_iterable(value):
        raise Unexpected("not a list")
    return list(value)


def flattened(values: list[Any], levels: Levels) -> list[Any]:
    """The objects in the values, in their order, without None; raises `Unexpected` for None where it must not be."""
    for level, required in enumerate(levels):
        present = [value for value in values if value is not None and value is not Undefined]
        if required and len(present) != len(values):
            raise Unexpected("null")
        values = present
        if level < len(levels) - 1:
            values = list(chain.from_iterable(values))
    return values


def put_back(values: list[Any], depth: int, shaped: list[Any]) -> list[Any]:
    """The values with the shaped objects in their places."""
    if depth == 0 and len(shaped) == len(values):
        return shaped
    if depth == 1 and None not in values and len(shaped) == sum(map(len, values)):
        return list(_slices(values, shaped))
    take = iter(shaped).__next__
    return [_filled(value, depth, take) for value in values]


def _slices(values: Sequence[Sequence[Any]], shaped: list[Any]) -> Iterator[list[Any]]:
    start = 0
    for value in values:
        end = start + len(value)
        yield shaped[start:end]
        start = end


def _filled(value: Any, depth: int, take: Callable[[], Any]) -> Any:
    if value is None or value is Undefined:
        return None
    return take() if depth == 0 else [_filled(item, depth - 1, take) for item in value]


def locations(values: list[Any], depth: int) -> list[list[int]]:
    """For each object of the flattened values the indexes that lead to it: of the value, in its list, …"""
    return list(_steps(values, depth))


def _steps(values: list[Any], depth: int) -> Iterator[list[int]]:
    for index, value in enumerate(values):
        if value is None or value is Undefined:
            continue
        if depth == 0:
            yield [index]
        else:
            yield from ([index, *below] for below in _steps(value, depth - 1))

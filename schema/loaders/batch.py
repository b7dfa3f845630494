"""From a statement to a loader: one statement for all keys of a batch."""

from __future__ import annotations  # functions within functions would evaluate theirs at every request

from collections import defaultdict
from collections.abc import Awaitable
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from database.statement import RowT, Statement
from executor import Loader

One: TypeAlias = Loader[UUID, RowT | None]
Many: TypeAlias = Loader[UUID, list[RowT]]


class Fetch(Protocol):
    """What runs a statement."""

    def __call__(self, statement: Statement[RowT], /, **values: Any) -> Awaitable[list[RowT]]: ...


def one(fetch: Fetch, statement: Statement[RowT], **values: Any) -> One[RowT]:
    """Loads the row of each key, None where there is none."""

    async def load(keys: list[UUID]) -> list[RowT | None]:
        rows = {row[0]: row for row in await fetch(statement, keys=keys, **values)}
        return list(map(rows.get, keys))

    return Loader(load, name=statement.name)


def many(fetch: Fetch, statement: Statement[RowT], **values: Any) -> Many[RowT]:
    """Loads the rows of each key, in the statement's order."""

    async def load(keys: list[UUID]) -> list[list[RowT]]:
        by_key: dict[UUID, list[RowT]] = defaultdict(list)
        for row in await fetch(statement, keys=keys, **values):
            by_key[row[0]].append(row)
        return [by_key[key] for key in keys]

    return Loader(load, name=statement.name)

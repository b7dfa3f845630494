"""From a statement to a loader: one statement for all keys of a batch."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeAlias
from uuid import UUID

from database.reader import Reader
from database.statement import RowT, Statement
from schema.loaders.loader import Loader

One: TypeAlias = Loader[UUID, RowT | None]
Many: TypeAlias = Loader[UUID, list[RowT]]


def one(reader: Reader, statement: Statement[RowT], **values: Any) -> "One[RowT]":
    """Loads the row of each key, None where there is none."""

    async def load(keys: list[UUID]) -> list[RowT | None]:
        rows = {row.key: row for row in await reader.fetch(statement, keys=keys, **values)}
        return [rows.get(key) for key in keys]

    return Loader(load)


def many(reader: Reader, statement: Statement[RowT], seen: Callable[[list[RowT]], None], **values: Any) -> "Many[RowT]":
    """Loads the rows of each key, in the statement's order; `seen` hears of each batch's rows."""

    async def load(keys: list[UUID]) -> list[list[RowT]]:
        rows = await reader.fetch(statement, keys=keys, **values)
        seen(rows)
        by_key: dict[UUID, list[RowT]] = defaultdict(list)
        for row in rows:
            by_key[row.key].append(row)
        return [by_key[key] for key in keys]

    return Loader(load)

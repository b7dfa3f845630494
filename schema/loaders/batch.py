"""From a statement to a loader: one statement for all keys of a batch."""

from collections import defaultdict
from typing import Any, TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from database.reader import Reader
from database.statement import RowT, Statement

One: TypeAlias = DataLoader[UUID, RowT | None]
Many: TypeAlias = DataLoader[UUID, list[RowT]]


def one(reader: Reader, statement: Statement[RowT]) -> "One[RowT]":
    """Loads the row of each key, None where there is none."""

    async def load(keys: list[UUID]) -> list[RowT | None]:
        rows = {row.key: row for row in await reader.fetch(statement, keys=keys)}
        return [rows.get(key) for key in keys]

    return DataLoader(load)


def many(reader: Reader, statement: Statement[RowT], **values: Any) -> "Many[RowT]":
    """Loads the rows of each key, in the statement's order."""

    async def load(keys: list[UUID]) -> list[list[RowT]]:
        rows: dict[UUID, list[RowT]] = defaultdict(list)
        for row in await reader.fetch(statement, keys=keys, **values):
            rows[row.key].append(row)
        return [rows[key] for key in keys]

    return DataLoader(load)

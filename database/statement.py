"""Statements that read: a `select()` becomes text once and runs on asyncpg, which decodes the rows.

That is half the cost of running the same select through SQLAlchemy's result layer.
"""

import inspect
from typing import Any, Generic, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Dialect,
    Select,
    Uuid,
    any_,
    bindparam,
    column,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.orm import InstrumentedAttribute

from database.base import Entity

VIEWER: BindParameter[UUID] = bindparam("viewer", type_=Uuid())
KEYS: BindParameter[Any] = bindparam("keys", type_=ARRAY(Uuid()))

DIALECT: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # SQLAlchemy left it untyped


class Row(asyncpg.Record):  # type: ignore[misc]  # asyncpg ships no types, so its Record is Any
    """One row as asyncpg decodes it. Subclasses annotate their columns, which read as attributes.

    `key` is what a loader asked by: the row's own id, or its parent's.
    """

    __slots__ = ()

    key: UUID

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no column {name!r}") from None


class CountRow(Row):
    count: int


RowT = TypeVar("RowT", bound=Row)


class Statement(Generic[RowT]):
    """A named select, compiled to text once; `row` is the class of its rows."""

    def __init__(self, name: str, row: type[RowT], query: Select[*tuple[Any, ...]]) -> None:
        compiled = query.compile(dialect=DIALECT)
        self.name = name
        self.row = row
        self.sql = str(compiled)
        self.columns = tuple(query.selected_columns.keys())
        self._bindings: tuple[str, ...] = tuple(compiled.positiontup or ())
        self._constants = compiled.params
        if VIEWER.key not in self._bindings:
            raise ValueError(f"statement {name} does not say whose rows it reads: start it with owned()")

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """The values in the order of `$1, $2, …`; those that the select brought itself need not be given."""
        return [values[name] if name in values else self._constants[name] for name in self._bindings]


def is_viewers(entity: type[Entity]) -> ColumnElement[bool]:
    """The owner's predicate, which is put here and nowhere else."""
    return entity.uploader_user_id == VIEWER


def owned(entity: type[Entity], row: type[Row], *, key: InstrumentedAttribute[UUID] | None = None) -> Select[Any]:
    """Select a row class from the viewer's own entities."""
    columns = [getattr(entity, name) for name in inspect.get_annotations(row)]
    label = (entity.id if key is None else key).label("key")
    return select(label, *columns).where(is_viewers(entity))


def one_each(entity: type[Entity], row: type[RowT], name: str, *, by: InstrumentedAttribute[UUID]) -> Statement[RowT]:
    """The viewer's entities whose unique column `by` is one of the keys."""
    return Statement(name, row, owned(entity, row, key=by).where(by == any_(KEYS)))


def for_each_key(query: Select[Any], by: ColumnElement[UUID]) -> Select[Any]:
    """Run a sorted and limited query once for each key, in one statement: one short index scan a key."""
    keys = func.unnest(KEYS).table_valued(column("id", Uuid()), name="keys").render_derived()
    rows = query.where(by == keys.c.id).lateral("rows")
    return select(*rows.c).select_from(keys.join(rows, true()))

"""Statements that read: a `select()` becomes text once and runs on asyncpg, which decodes the rows.

That is half the cost of running the same select through SQLAlchemy's result layer.
"""

import operator
from typing import TYPE_CHECKING, Any, Generic, NewType, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy import (
    ARRAY,
    BinaryExpression,
    BindParameter,
    ColumnElement,
    DateTime,
    Dialect,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import visitors

from database.base import Entity, Owned
from database.wanted import EVERYTHING, Wanted

if TYPE_CHECKING:
    from database.to_one import ToOne

VIEWER: BindParameter[UUID] = bindparam("viewer", type_=Uuid())
KEYS: BindParameter[Any] = bindparam("keys", type_=ARRAY(Uuid()))

DIALECT: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # SQLAlchemy left it untyped


class Row(asyncpg.Record):  # type: ignore[misc]  # asyncpg ships no types, so its Record is Any
    """One row as asyncpg decodes it. Subclasses annotate their columns, which read as attributes.

    `key`, the first column of what a loader asks for, is what it asked by: the row's own id, or its parent's.
    """

    __slots__ = ()

    key: UUID

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no column {name!r}") from None


# An instant in a row, as PostgreSQL writes it in JSON: in quotes, ISO 8601, ending in +00:00. A datetime takes
# five times as long to make, and is made to be written as text again.
Instant = NewType("Instant", str)


class CountRow(Row):
    count: int


RowT = TypeVar("RowT", bound=Row)


class Statement(Generic[RowT]):
    """A named select, compiled to text once; its rows are of `record_class`, a subclass of `row`.

    If it reads what a relation leads to, its rows have the columns that are wanted there.
    """

    def __init__(
        self, name: str, row: type[RowT], query: Select[*tuple[Any, ...]], relation: "ToOne | None" = None
    ) -> None:
        query = query.with_only_columns(*map(_column, query.selected_columns))
        compiled = query.compile(dialect=DIALECT)
        self.name = name
        self.row = row
        self.relation = relation
        # A class of its own: its rows have these columns, at these positions.
        self.record_class: type[RowT] = type(row.__name__, (row,), {"__slots__": ()})
        self.sql = str(compiled)
        self.columns = tuple(query.selected_columns.keys())
        self._bindings: tuple[str, ...] = tuple(compiled.positiontup or ())
        self._constants = compiled.params
        if not any(map(_is_owners, visitors.iterate(query))):
            raise ValueError(f"statement {name} does not say whose rows it reads: select by owned() or is_viewers()")

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """The values in the order of `$1, $2, …`; those that the select brought itself need not be given."""
        return [values[name] if name in values else self._constants[name] for name in self._bindings]


def _column(column: Any) -> ColumnElement[Any]:
    """A column as rows have it."""
    selected: ColumnElement[Any] = column
    return cast(func.to_json(column), Text()).label(column.key) if isinstance(column.type, DateTime) else selected


def _is_owners(element: Any) -> bool:
    """Whether a part of a statement is the owner's predicate."""
    return (
        isinstance(element, BinaryExpression)
        and element.operator is operator.eq
        and element.right is VIEWER
        and getattr(element.left, "key", None) == "uploader_user_id"
    )


def is_viewers(entity: type[Owned]) -> ColumnElement[bool]:
    """The owner's predicate, which is put here and nowhere else."""
    return entity.uploader_user_id == VIEWER


def owned(
    entity: type[Entity],
    row: type[Row],
    *also: str,
    key: InstrumentedAttribute[UUID] | None = None,
    wanted: Wanted = EVERYTHING,
    relation: "ToOne | None" = None,
) -> Select[Any]:
    """Select what is wanted of a row class from the viewer's own entities, and columns that are needed in any case.

    For a loader, `key` is what it asks by; `relation` is what leads to the rows.
    """
    columns = [getattr(entity, name) for name in wanted.of(row, *also, relation=relation)]
    if key is not None:
        columns.insert(0, key.label("key"))
    return select(*columns).where(is_viewers(entity))


def for_each_key(query: Select[Any], by: ColumnElement[UUID]) -> Select[Any]:
    """Run a sorted and limited query once for each key, in one statement: one short index scan a key."""
    keys = func.unnest(KEYS).table_valued(column("id", Uuid()), name="keys").render_derived()
    rows = query.where(by == keys.c.id).lateral("rows")
    return select(*rows.c).select_from(keys.join(rows, true()))

"""Keyset pages, `(sort value, id)`, so that a page deep in a list costs what the first one costs."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Uuid,
    bindparam,
    literal_column,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute

POSITION_ID: BindParameter[UUID] = bindparam("position_id", type_=Uuid())


@dataclass(frozen=True)
class Order:
    """How a list is sorted: by a column, and by id among equals, both in the same direction."""

    column: ColumnElement[Any]
    id: ColumnElement[UUID]
    descending: bool

    def keys(self, window: "Window") -> list[ColumnElement[Any]]:
        """What to sort by, so that the rows that a window wants come first."""
        descending = self.descending != window.backwards
        return [part.desc() if descending else part.asc() for part in (self.column, self.id)]

    def within(self, rows: FromClause) -> "Order":
        """The same order, of rows that were selected before."""
        return Order(rows.c[self.column.key or ""], rows.c.id, self.descending)

    @classmethod
    def by(cls, column: InstrumentedAttribute[Any], *, descending: bool) -> "Order":
        """The order of an entity's rows by one of its columns."""
        return cls(column.expression, column.class_.id.expression, descending)


class Position(NamedTuple):
    """Where a row stands in a sorted list."""

    value: Any
    id: UUID


@dataclass(frozen=True)
class Window:
    """Which part of a list: its first `limit` rows or, `backwards`, its last; or those that follow a position.

    They are `bounded` by the position, in the direction that the window looks.
    """

    limit: int = 1
    backwards: bool = False
    bounded: bool = False


def first(query: Select[Any], limit: int) -> Select[Any]:
    """The first rows of a sorted query. The number stands in the text: PostgreSQL plans by it, once for all."""
    return query.limit(literal_column(str(int(limit)), Integer()))


def paged(query: Select[Any], order: Order, window: Window) -> Select[Any]:
    """The first rows of a window, as many as it has. Backwards they come in reverse."""
    descending = order.descending != window.backwards
    key = (order.column, order.id)
    query = first(query.order_by(*order.keys(window)), window.limit)
    if not window.bounded:
        return query
    place = tuple_(*key)
    position = tuple_(bindparam("position_value", type_=order.column.type), POSITION_ID)
    return query.where(place < position if descending else place > position)


def position_values(position: Position | None) -> dict[str, Any]:
    """The bindings of a window that is bounded."""
    return {} if position is None else {"position_value": position.value, "position_id": position.id}

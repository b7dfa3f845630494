"""Keyset pages, `(sort value, id)`, so that a page deep in a list costs what the first one costs."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, FromClause, Integer, Select, Uuid, bindparam, tuple_
from sqlalchemy.orm import InstrumentedAttribute

LIMIT: BindParameter[int] = bindparam("limit", type_=Integer())
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
    """Which part of a list: its beginning or, `backwards`, its end; or what follows a position in that direction."""

    backwards: bool = False
    bounded: bool = False


def paged(query: Select[Any], order: Order, window: Window) -> Select[Any]:
    """The first `limit` rows of a window. Backwards they come in reverse."""
    descending = order.descending != window.backwards
    key = (order.column, order.id)
    query = query.order_by(*order.keys(window)).limit(LIMIT)
    if not window.bounded:
        return query
    place = tuple_(*key)
    position = tuple_(bindparam("position_value", type_=order.column.type), POSITION_ID)
    return query.where(place < position if descending else place > position)


def position_values(position: Position | None) -> dict[str, Any]:
    """The bindings of a window that is bounded."""
    return {} if position is None else {"position_value": position.value, "position_id": position.id}

"""To-one relations that come with their parents' rows: one statement answers for both."""

import inspect
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Select, select, true
from sqlalchemy.orm import InstrumentedAttribute

from database.base import Entity
from database.paging import Order, Window
from database.statement import Row, Statement, owned

_JOINED: dict[type[Row], Any] = {}


def joined_row(row: type[Row]) -> Any:
    """The class of such rows where they came with a parent: a tuple with the attributes of `row`."""
    if row not in _JOINED:
        _JOINED[row] = namedtuple(f"Joined{row.__name__}", ["key", *inspect.get_annotations(row)])
    return _JOINED[row]


def is_row(source: object, row: type[Row]) -> bool:
    """Whether something is a row of this class, wherever it came from."""
    return isinstance(source, (row, joined_row(row)))


@dataclass(frozen=True)
class ToOne:
    """A relation to at most one row: whose `column` is the parent's `parent_column`, or the first of several."""

    name: str
    row: type[Row]
    entity: type[Entity]
    column: InstrumentedAttribute[UUID]
    parent_column: str
    narrowed: Callable[[Select[Any]], Select[Any]] = lambda query: query

    def rows(self) -> Select[Any]:
        """The rows of one parent, once `column` is said to be its."""
        return self.narrowed(owned(self.entity, self.row, key=self.column))

    def beside(self, parents: FromClause) -> FromClause:
        """The rows that belong to a row of `parents`."""
        return self.rows().where(self.column == parents.c[self.parent_column]).lateral(self.name)

    def takes(self, statement: Statement[Any]) -> Callable[[Row], Any | None]:
        """What takes the row that came with a parent out of the parent's; None where it has none."""
        joined = joined_row(self.row)
        start = statement.columns.index(f"{self.name}__key")
        columns = slice(start, start + len(joined._fields))

        def take(parent: Row) -> Any | None:
            values = parent[columns]
            return None if values[0] is None else joined._make(values)

        return take


def with_to_ones(page: Select[Any], order: Order, window: Window, to_ones: frozenset[ToOne]) -> Select[Any]:
    """A page with to-one relations beside its rows, in columns `name__key, name__id, …`."""
    if not to_ones:
        return page
    parents = page.subquery("page")
    tables: FromClause = parents
    columns = list(parents.c)
    for to_one in sorted(to_ones, key=lambda to_one: to_one.name):
        other = to_one.beside(parents)
        tables = tables.outerjoin(other, true())
        columns += [column.label(f"{to_one.name}__{column.key}") for column in other.c]
    return select(*columns).select_from(tables).order_by(*order.within(parents).keys(window))

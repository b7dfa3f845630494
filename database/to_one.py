"""To-one relations that come with their parents' rows: one statement answers for both."""

from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, any_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from database.base import Entity
from database.paging import Order, Window
from database.statement import KEYS, Row, RowT, Statement, for_each_key, owned
from database.wanted import Wanted


@lru_cache(maxsize=1024)
def joined_class(row: type[Row], columns: tuple[str, ...]) -> Any:
    """The class of rows where they came with a parent: a tuple with these attributes of `row`."""
    return type(f"Joined{row.__name__}", (namedtuple(row.__name__, columns),), {"__slots__": (), "row": row})


def is_row(source: object, row: type[Row]) -> bool:
    """Whether something is a row of this class, wherever it came from."""
    return isinstance(source, row) or getattr(type(source), "row", None) is row


@dataclass(frozen=True)
class ToOne:
    """A relation to at most one row: whose `column` is the parent's `parent_column`, or the first of several."""

    name: str
    parent: type[Row]
    row: type[Row]
    entity: type[Entity]
    column: InstrumentedAttribute[UUID]
    parent_column: str
    narrowed: Callable[[Select[Any]], Select[Any]] = lambda query: query

    @property
    def way(self) -> "ToOne | None":
        """The relation itself; None if its rows are found by their ids, as by other ways too."""
        return None if self.column.key == "id" else self

    def rows(self, wanted: Wanted, *also: str) -> Select[Any]:
        """The rows of one parent, once `column` is said to be its."""
        return self.narrowed(owned(self.entity, self.row, *also, key=self.column, wanted=wanted, relation=self.way))

    def beside(self, parents: FromClause, wanted: Wanted) -> FromClause:
        """The rows that belong to a row of `parents`."""
        rows = self.rows(wanted).where(self.column == parents.c[self.parent_column])
        columns = [column for column in rows.selected_columns if column.key != "key"]
        return rows.with_only_columns(*columns).lateral(self.name)

    def place(self, statement: Statement[Any]) -> tuple[int, tuple[str, ...]]:
        """Where in a statement's rows the related row begins, and its columns."""
        prefix = f"{self.name}__"
        names = [name for name in statement.columns if name.startswith(prefix)]
        return statement.columns.index(names[0]), tuple(name.removeprefix(prefix) for name in names)

    def takes(self, statement: Statement[Any]) -> Callable[[Row], Any | None]:
        """What takes the row that came with a parent out of the parent's; None where it has none."""
        start, names = self.place(statement)
        row: Any = self.row  # asyncpg's untyped Record hides that classes are hashable
        make, columns = joined_class(row, names)._make, slice(start, start + len(names))

        def take(parent: Row) -> Any | None:
            values = parent[columns]
            return None if values[0] is None else make(values)

        return take


def related(row: type[Row], wanted: Wanted, relation: ToOne | None = None) -> list[ToOne]:
    """The relations that are wanted beside rows of a class, in an order that is always the same."""
    return sorted(wanted.to_ones_of(row, relation), key=lambda to_one: to_one.name)


def needed(row: type[Row], wanted: Wanted, relation: ToOne | None = None) -> tuple[str, ...]:
    """The columns by which the relations that are wanted beside rows of a class are found."""
    return tuple(to_one.parent_column for to_one in related(row, wanted, relation))


def with_to_ones(
    rows: Select[Any], row: type[Row], wanted: Wanted, relation: ToOne | None = None
) -> tuple[Select[Any], FromClause | None]:
    """Rows with the wanted to-one relations beside them, in columns `name__id, …`.

    Also what the rows are called then; None where there are no relations, and the select is as it was.
    """
    to_ones = related(row, wanted, relation)
    if not to_ones:
        return rows, None
    parents = rows.subquery("page")
    tables: FromClause = parents
    columns: list[ColumnElement[Any]] = list(parents.c)
    for to_one in to_ones:
        other = to_one.beside(parents, wanted)
        tables = tables.outerjoin(other, true())
        columns += [column.label(f"{to_one.name}__{column.key}") for column in other.c]
    return select(*columns).select_from(tables), parents


def page_with_to_ones(page: Select[Any], row: type[Row], order: Order, window: Window, wanted: Wanted) -> Select[Any]:
    """A sorted page with the wanted to-one relations beside its rows."""
    query, parents = with_to_ones(page, row, wanted)
    return query if parents is None else query.order_by(*order.within(parents).keys(window))


def one_each(
    entity: type[Entity],
    row: type[RowT],
    name: str,
    wanted: Wanted,
    *,
    by: InstrumentedAttribute[UUID],
    relation: ToOne | None = None,
) -> Statement[RowT]:
    """The viewer's entities whose unique column `by` is one of the keys, with the wanted relations beside them."""
    also = needed(row, wanted, relation)
    rows = owned(entity, row, *also, key=by, wanted=wanted, relation=relation).where(by == any_(KEYS))
    return Statement(name, row, with_to_ones(rows, row, wanted, relation)[0], relation)


def first_each(to_one: ToOne, row: type[RowT], name: str, wanted: Wanted) -> Statement[RowT]:
    """For each key the row that a relation leads to, with the wanted relations beside it."""
    rows = for_each_key(to_one.rows(wanted, *needed(row, wanted, to_one)), to_one.column.expression)
    return Statement(name, row, with_to_ones(rows, row, wanted, to_one)[0], to_one)


def columns_of(order: Order, row: type[Row], wanted: Wanted) -> Sequence[str]:
    """The columns that a sorted list of rows needs in any case: for its cursors, and to find the wanted relations."""
    return [str(order.column.key), *needed(row, wanted)]

"""What the executor may trust of rows: which column stands where and what it holds, as the row classes are annotated.

A test holds the annotations against the tables.
"""

import inspect
import typing
from typing import Any

from database.statement import Instant, Row, Statement
from database.to_one import joined_class, related
from database.wanted import Wanted
from executor import ColumnType, Layout
from schema.loaders.related import Way, ways_of
from schema.scalars import WRITTEN_INSTANT

# Statements are kept for long, so what is concluded from one is kept with it.
WAYS = "__ways__"


def lay_out(statement: Statement[Any], wanted: Wanted) -> list[Way]:
    """Give a statement's rows their layout, once; related rows have theirs within it, and one of their own.

    Answers which loaders the rows answer as well.
    """
    known: list[Way] | None = vars(statement.record_class).get(WAYS)
    if known is not None:
        return known
    joins = {}
    for to_one in related(statement.row, wanted, statement.relation):
        start, names = to_one.place(statement)
        row: Any = to_one.row  # asyncpg's untyped Record hides that classes are hashable
        joins[to_one] = _layout(to_one.row, names, start)
        joined_class(row, names).__layout__ = _layout(to_one.row, names, 0)
    statement.record_class.__layout__ = _layout(statement.row, statement.columns, 0, joins)
    ways = ways_of(statement, wanted)
    setattr(statement.record_class, WAYS, ways)
    return ways


def _layout(row: type[Row], columns: tuple[str, ...], start: int, joins: dict[Any, Layout] | None = None) -> Layout:
    positions = {name: start + index for index, name in enumerate(columns)}
    hints = _annotations(row)
    column_types = {name: column_type(hints[name]) for name in columns if name in hints}
    return Layout(positions, column_types, joins or {}, present=start)


def _annotations(row: type[Row]) -> dict[str, Any]:
    """Those of the class and of the row classes that it extends."""
    classes = [cls for cls in reversed(row.__mro__) if issubclass(cls, Row) and cls is not Row]
    return {name: hint for cls in classes for name, hint in inspect.get_annotations(cls).items()}


def column_type(hint: Any) -> ColumnType:
    """What a column holds, from its annotation: `str`, `str | None`, `list[str]`, …"""
    optional = type(None) in typing.get_args(hint)
    if optional:
        (hint,) = (part for part in typing.get_args(hint) if part is not type(None))
    if hint is Instant:
        return ColumnType(str, optional, WRITTEN_INSTANT, frozenset({"DateTime"}))
    if hint is int:  # the widths of columns and scalars agree: Integer is Int, BigInteger is BigInt
        return ColumnType(int, optional, "{v}", frozenset({"Int", "BigInt"}))
    return ColumnType(typing.get_origin(hint) or hint, optional)

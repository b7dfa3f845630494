"""Rows: objects whose attributes stand at positions, so that generated code reads them by index.

A row class says so by `__layout__`. The executor trusts what a layout promises of types and None: it comes from the
database's own schema. Objects of other classes are read by `getattr` and each value is checked.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ColumnType:
    """What a column holds: values of exactly this class, and None only where it is `optional`.

    `written` is an expression in `{v}`: what serialisation makes of a value that is not None, by the scalars named in
    `scalars`, or by any if none is.
    """

    python: type
    optional: bool
    written: str | None = None
    scalars: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False, slots=True)
class Layout:
    """Where each attribute of a row stands, and what it holds.

    `joins` has the related rows that stand in the same row, each with a layout of its own; there `present` is the
    position that is None where there is no related row.
    """

    positions: Mapping[str, int]
    types: Mapping[str, ColumnType]
    joins: Mapping[Hashable, "Layout"] = field(default_factory=dict)
    present: int | None = None


def layout_of(cls: type) -> Layout | None:
    """The layout of a row class, None for any other class."""
    layout: Any = getattr(cls, "__layout__", None)
    return layout if isinstance(layout, Layout) else None

"""Relay connections over keyset pages."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Generic

import strawberry
from strawberry import UNSET, Parent

from database.paging import Order, Position, Window
from database.statement import Row, RowT
from schema.context import Context
from schema.errors import BadUserInputError

DEFAULT_PAGE_SIZE = 20

First = Annotated[
    int | None,
    strawberry.argument(
        description=f"How many from the beginning, or behind `after`; {DEFAULT_PAGE_SIZE} if left out."
    ),
]
After = Annotated[
    str | None, strawberry.argument(description="Only what comes behind this cursor; it goes with `first`.")
]
Last = Annotated[int | None, strawberry.argument(description="How many from the end, or ahead of `before`.")]
Before = Annotated[
    str | None, strawberry.argument(description="Only what comes ahead of this cursor; it goes with `last`.")
]


@dataclass(frozen=True, slots=True)
class Edge(Generic[RowT]):
    """A row and where it stands: the source of every `…Edge` type."""

    cursor: str
    node: RowT


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Checked arguments of a connection field."""

    window: Window
    size: int
    position: Position | None
    cursor_of: Callable[[Any], str]


@dataclass(slots=True, eq=False)
class Page(Generic[RowT]):
    """A page of rows, as they were asked for with `request.window`: the source of every `…Connection` type.

    `count` tells how many there are on all pages; if the list is somebody's, it is asked for `owner`.
    """

    request: PageRequest
    rows: Sequence[RowT]
    count: Callable[..., Awaitable[int]] | None = None
    owner: Any = None
    nodes: Sequence[RowT] = field(init=False)

    def __post_init__(self) -> None:
        size = self.request.size
        rows = self.rows if len(self.rows) <= size else self.rows[:size]
        self.nodes = rows[::-1] if self.request.window.backwards else rows

    @property
    def edges(self) -> list[Edge[RowT]]:
        """The rows with their cursors."""
        return [Edge(self.request.cursor_of(row), row) for row in self.nodes]

    @property
    def page_info(self) -> "Page[RowT]":
        """The page itself: it is the source of `PageInfo` too."""
        return self

    @property
    def has_more(self) -> bool:
        """Whether the list goes on in the direction that was asked for."""
        return len(self.rows) > self.request.size


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    @strawberry.field(description="Whether there is more behind this page.")
    def has_next_page(root: Parent[Page[Any]]) -> bool:
        return root.request.window.bounded if root.request.window.backwards else root.has_more

    @strawberry.field(description="Whether there is more ahead of this page.")
    def has_previous_page(root: Parent[Page[Any]]) -> bool:
        return root.has_more if root.request.window.backwards else root.request.window.bounded

    @strawberry.field(description="Cursor of the first edge: send it as `before`. Null on an empty page.")
    def start_cursor(root: Parent[Page[Any]]) -> str | None:
        return root.request.cursor_of(root.nodes[0]) if root.nodes else None

    @strawberry.field(description="Cursor of the last edge: send it as `after`. Null on an empty page.")
    def end_cursor(root: Parent[Page[Any]]) -> str | None:
        return root.request.cursor_of(root.nodes[-1]) if root.nodes else None


def count_field() -> Any:
    """`totalCount`, which costs a statement only when it is selected."""

    async def resolve(root: Parent[Page[Any]]) -> int:
        assert root.count is not None
        return await (root.count() if root.owner is None else root.count(root.owner))

    return strawberry.field(resolver=resolve, description="How many there are on all pages. Costs a query of its own.")


@dataclass(frozen=True, slots=True)
class PageArguments:
    """A connection field's arguments as they came; absent ones are UNSET or None."""

    first: int | None
    after: str | None
    last: int | None = None
    before: str | None = None

    def checked(self, context: Context, order: Order, scope: str) -> PageRequest:
        """What they ask of the list that `scope` names: its field, its order and its filter."""
        backwards = _is_given(self.last) or _is_given(self.before)
        if backwards and (_is_given(self.first) or _is_given(self.after)):
            raise BadUserInputError("Ask for `first` (and `after`) or for `last` (and `before`), not for both.")
        size = self.last if backwards else self.first
        cursor = self.before if backwards else self.after
        name, kind = str(order.column.key), order.column.type.python_type
        position = None
        if cursor is not None and cursor is not UNSET:
            argument = "before" if backwards else "after"
            position = context.cursors.decode(scope, cursor, kind=kind, argument=argument)
        size = _checked_size(size, context.max_page_size, "last" if backwards else "first")
        return PageRequest(
            # One more than the page holds tells whether there are more.
            window=Window(size + 1, backwards, bounded=position is not None),
            size=size,
            position=position,
            cursor_of=lambda row: context.cursors.encode(scope, Position(_sort_value(row, name, kind), row.id)),
        )


def _sort_value(row: Row, name: str, kind: type) -> Any:
    value = getattr(row, name)
    return datetime.fromisoformat(value[1:-1]) if kind is datetime else value


def _is_given(value: object) -> bool:
    return value is not None and value is not UNSET


def _checked_size(size: int | None, largest: int, argument: str) -> int:
    if size is None or size is UNSET:
        return min(DEFAULT_PAGE_SIZE, largest)
    if not 1 <= size <= largest:
        raise BadUserInputError(f"{argument}: {size} is no page size; it must be between 1 and {largest}.")
    return size

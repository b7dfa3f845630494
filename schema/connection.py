"""Relay connections over keyset pages."""

import base64
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Generic
from uuid import UUID

import strawberry
from strawberry import UNSET

from database.paging import Position
from database.statement import RowT
from schema.errors import BadUserInputError
from schema.ids import shown

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100

First = Annotated[
    int | None,
    strawberry.argument(description=f"How many at most, 1 to {MAX_PAGE_SIZE}; {DEFAULT_PAGE_SIZE} when left out."),
]
After = Annotated[
    str | None,
    strawberry.argument(description="Only what comes behind this cursor: `pageInfo.endCursor`, or an edge's."),
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CURSOR = struct.Struct(">q16s")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there is more behind this page.")
    has_previous_page: bool = strawberry.field(description="Whether this page begins behind a cursor.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last edge: send it as `after`.")


@dataclass(frozen=True, slots=True)
class Edge(Generic[RowT]):
    """A row and where it stands: the source of every `…Edge` type."""

    cursor: str
    node: RowT


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """A page of rows: the source of every `…Connection` type."""

    nodes: Sequence[RowT]
    page_info: PageInfo

    @property
    def edges(self) -> list[Edge[RowT]]:
        """The rows with their cursors."""
        return [Edge(encode_cursor(row), row) for row in self.nodes]


@dataclass(frozen=True, slots=True)
class PageArguments:
    """Checked arguments of a connection field."""

    first: int
    after: Position | None

    @property
    def limit(self) -> int:
        """Rows to ask for: one more than the page holds tells whether there is a next page."""
        return self.first + 1

    def page(self, rows: Sequence[RowT]) -> Page[RowT]:
        """The page, of rows that were asked for with `limit`."""
        nodes = rows[: self.first]
        info = PageInfo(
            has_next_page=len(rows) > self.first,
            has_previous_page=self.after is not None,
            start_cursor=encode_cursor(nodes[0]) if nodes else None,
            end_cursor=encode_cursor(nodes[-1]) if nodes else None,
        )
        return Page(nodes, info)


def page_arguments(first: int | None, after: str | None) -> PageArguments:
    """Check what a client sent; absent arguments are UNSET or None."""
    if first is None or first is UNSET:
        first = DEFAULT_PAGE_SIZE
    if not 1 <= first <= MAX_PAGE_SIZE:
        raise BadUserInputError(f"first: {first} is no page size; it must be between 1 and {MAX_PAGE_SIZE}.")
    return PageArguments(first, None if after is None or after is UNSET else decode_cursor(after))


def encode_cursor(row: Any) -> str:
    """An opaque text that says where a row stands in a list sorted by `(created_at, id)`."""
    packed = _CURSOR.pack((row.created_at - _EPOCH) // _MICROSECOND, row.id.bytes)
    return base64.urlsafe_b64encode(packed).decode()


def decode_cursor(text: str) -> Position:
    """Where a cursor stands."""
    try:
        microseconds, key = _CURSOR.unpack(base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True))
        return Position(_EPOCH + microseconds * _MICROSECOND, UUID(bytes=key))
    except (ValueError, struct.error, OverflowError):
        raise BadUserInputError(
            f"after: {shown(text)} is no cursor of this list. Send back an `endCursor` or an edge's `cursor` unchanged."
        ) from None

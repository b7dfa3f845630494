"""What operations may want of rows, at its extremes."""

from typing import Any

from database.statements import to_ones
from database.to_one import ToOne
from database.video import VideoRow
from database.video_job import VideoJobRow
from database.video_metadata import VideoMetadataRow
from database.wanted import Want, Wanted

ROWS: list[Any] = [VideoRow, VideoJobRow, VideoMetadataRow]  # asyncpg's untyped Record hides that classes are hashable
TO_ONES = frozenset(found for found in vars(to_ones).values() if isinstance(found, ToOne))


def all_wants() -> list[Wanted]:
    """All columns, and no more than the id; with every relation beside the rows that it may come with."""
    return [_with_all_beside(None), _with_all_beside(frozenset())]


def _with_all_beside(columns: frozenset[str] | None) -> Wanted:
    places = [(row, way) for row in ROWS for way in (None, *(to_one.way for to_one in TO_ONES if to_one.row is row))]
    return Wanted(
        frozenset(
            Want(row, way, columns, frozenset(to_one for to_one in TO_ONES if to_one.parent is row))
            for row, way in places
        )
    )

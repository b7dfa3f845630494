"""Rows that came beside others, or by another way, are put into the loaders that would have been asked for them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from database.statement import Row, Statement
from database.statements.to_ones import (
    JOB_OF_METADATA,
    METADATA_OF_JOB,
    METADATA_OF_VIDEO,
    NEWEST_JOB_OF_VIDEO,
    VIDEO_OF_JOB,
)
from database.to_one import ToOne, related
from database.video import VideoRow
from database.video_job import VideoJobRow
from database.video_metadata import VideoMetadataRow
from database.wanted import Wanted
from executor import Loader

if TYPE_CHECKING:
    from schema.loaders import Loaders

# Each relation's loader, and the parent's column that it is asked by.
LOADERS: Mapping[ToOne, tuple[Callable[["Loaders"], Loader[UUID, Any]], str]] = {
    NEWEST_JOB_OF_VIDEO: (lambda loaders: loaders.newest_job_of_video, "id"),
    METADATA_OF_VIDEO: (lambda loaders: loaders.metadata_of_video, "id"),
    VIDEO_OF_JOB: (lambda loaders: loaders.video_by_id, "video_id"),
    METADATA_OF_JOB: (lambda loaders: loaders.metadata_of_job, "id"),
    JOB_OF_METADATA: (lambda loaders: loaders.job_by_id, "job_id"),
}

BY_ID: Mapping[type[Row], Callable[["Loaders"], Loader[UUID, Any]]] = {
    VideoRow: lambda loaders: loaders.video_by_id,
    VideoJobRow: lambda loaders: loaders.job_by_id,
    VideoMetadataRow: lambda loaders: loaders.metadata_by_id,
}
# The statements of those loaders.
OWN = {VideoRow: "video_by_id", VideoJobRow: "job_by_id", VideoMetadataRow: "metadata_by_id"}


@dataclass(frozen=True, slots=True)
class Way:
    """A loader that a statement's rows answer too: by which column, and with what of the row."""

    loader: Callable[["Loaders"], Loader[UUID, Any]]
    column: str
    take: Callable[[Any], Any] | None


def ways_of(statement: Statement[Any], wanted: Wanted) -> list[Way]:
    """The loaders that a statement's rows answer: by their ids, and by each relation that came beside them."""
    if statement.row not in BY_ID:
        return []
    to_ones = related(statement.row, wanted, statement.relation)
    ways = [Way(*LOADERS[to_one], to_one.takes(statement)) for to_one in to_ones]
    # Rows that a relation leads to may have other columns than those that are found by id.
    if statement.relation is None and statement.name != OWN[statement.row]:
        ways.append(Way(BY_ID[statement.row], "id", None))
    return ways


def keep(loaders: "Loaders", ways: Sequence[Way], rows: Sequence[Row]) -> None:
    """Keep rows in the loaders that they answer, until somebody asks."""
    for way in ways:
        way.loader(loaders).prime_later(partial(_pairs, way, rows))


def _pairs(way: Way, rows: Sequence[Row]) -> Iterator[tuple[UUID, Any]]:
    if way.take is None:
        return ((row[way.column], row) for row in rows)
    return ((row[way.column], way.take(row)) for row in rows)

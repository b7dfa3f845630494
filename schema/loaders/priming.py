"""What came beside a list's rows is put into the loaders that would have been asked for it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from database.statement import Row, RowT, Statement
from database.statements.to_ones import METADATA_OF_JOB, METADATA_OF_VIDEO, NEWEST_JOB_OF_VIDEO, VIDEO_OF_JOB
from database.to_one import ToOne
from database.video import VideoRow
from database.video_job import VideoJobRow
from schema.loaders.loader import Loader

if TYPE_CHECKING:
    from schema.loaders import Loaders

# The fields of a type that a relation answers.
VIDEO_TO_ONES = {
    "status": NEWEST_JOB_OF_VIDEO,
    "latestJob": NEWEST_JOB_OF_VIDEO,
    "title": METADATA_OF_VIDEO,
    "thumbnailFileUrl": METADATA_OF_VIDEO,
    "metadata": METADATA_OF_VIDEO,
}
JOB_TO_ONES = {"video": VIDEO_OF_JOB, "metadata": METADATA_OF_JOB}

PRIMES: Mapping[ToOne, Callable[["Loaders", Any, Any], None]] = {
    NEWEST_JOB_OF_VIDEO: lambda loaders, video, job: loaders.newest_job_of_video().prime(
        video.id, [job] if job else []
    ),
    METADATA_OF_VIDEO: lambda loaders, video, metadata: loaders.metadata_of_video.prime(video.id, metadata),
    VIDEO_OF_JOB: lambda loaders, job, video: loaders.video_by_id.prime(job.video_id, video),
    METADATA_OF_JOB: lambda loaders, job, metadata: loaders.metadata_of_job.prime(job.id, metadata),
}


BY_ID: Mapping[type[Row], Callable[["Loaders"], Loader[UUID, Any]]] = {
    VideoRow: lambda loaders: loaders.video_by_id,
    VideoJobRow: lambda loaders: loaders.job_by_id,
}


def prime(loaders: "Loaders", statement: Statement[RowT], rows: Sequence[RowT], to_ones: frozenset[ToOne]) -> None:
    """Keep the rows themselves, and each relation that came beside them."""
    by_id = BY_ID[statement.row](loaders)
    for row in rows:
        by_id.prime(row.id, row)
    for to_one in to_ones:
        take, keep = to_one.takes(statement), PRIMES[to_one]
        for row in rows:
            keep(loaders, row, take(row))

"""Every loader that resolvers read through: one for each question, named for its answer."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from database.paging import Position, Window, position_values
from database.reader import Reader
from database.statement import CountRow
from database.statements.video import VIDEO_BY_ID, VIEWER_TOTALS
from database.statements.video_job import JOB_BY_ID, jobs_of_video, jobs_of_video_count
from database.statements.video_metadata import METADATA_BY_ID, METADATA_OF_JOB, METADATA_OF_VIDEO, METADATA_TEXTS
from database.to_one import ToOne
from database.video import VideoRow
from database.video_job import VideoJobRow
from database.video_metadata import VideoMetadataRow
from schema.loaders.batch import Many, One, many, one
from schema.loaders.priming import prime

LoaderT = TypeVar("LoaderT")
Statuses: TypeAlias = tuple[str, ...] | None


class Loaders:
    """The loaders of one operation; a mutation begins with new ones, so that it never answers what was before it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.video_by_id: One[VideoRow] = one(reader, VIDEO_BY_ID)
        self.job_by_id: One[VideoJobRow] = one(reader, JOB_BY_ID)
        self.metadata_by_id: One[VideoMetadataRow] = one(reader, METADATA_BY_ID)
        self.metadata_of_job: One[VideoMetadataRow] = one(reader, METADATA_OF_JOB)
        self.metadata_of_video: One[VideoMetadataRow] = one(reader, METADATA_OF_VIDEO)
        self.metadata_texts = one(reader, METADATA_TEXTS)
        self.viewer_totals = one(reader, VIEWER_TOTALS)
        self._with_arguments: dict[object, Any] = {}

    def jobs_of_video(
        self,
        window: Window,
        limit: int,
        position: Position | None = None,
        statuses: Statuses = None,
        to_ones: frozenset[ToOne] = frozenset(),
    ) -> Many[VideoJobRow]:
        """A page of each video's jobs, newest first, with relations beside them."""

        def make() -> Many[VideoJobRow]:
            statement = jobs_of_video(window, statuses=statuses is not None, to_ones=to_ones)
            return many(
                self._reader,
                statement,
                lambda rows: prime(self, statement, rows, to_ones),
                limit=limit,
                statuses=statuses,
                **position_values(position),
            )

        return self._once(make, "jobs_of_video", window, limit, position, statuses, to_ones)

    def job_count_of_video(self, statuses: Statuses = None) -> One[CountRow]:
        """How many jobs each video has; None where it has none."""

        def make() -> One[CountRow]:
            return one(self._reader, jobs_of_video_count(statuses=statuses is not None), statuses=statuses)

        return self._once(make, "job_count_of_video", statuses)

    def newest_job_of_video(self) -> Many[VideoJobRow]:
        """The newest job of each video, in a list of at most one."""
        return self.jobs_of_video(Window(), 1)

    def _once(self, make: Callable[[], LoaderT], *identity: object) -> LoaderT:
        """A loader for these arguments, which are part of its identity."""
        if identity not in self._with_arguments:
            self._with_arguments[identity] = make()
        loader: LoaderT = self._with_arguments[identity]
        return loader

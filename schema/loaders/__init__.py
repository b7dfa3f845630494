"""Every loader that resolvers read through: one for each question, named for its answer."""

from __future__ import annotations  # functions within functions would evaluate theirs at every request

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from database.paging import Position, Window, position_values
from database.reader import Reader
from database.statement import CountRow, RowT, Statement
from database.statements.video import VIEWER_TOTALS, ViewerTotalsRow, video_by_id, video_of_job
from database.statements.video_job import job_by_id, jobs_of_video, jobs_of_video_count, newest_job_of_video
from database.statements.video_metadata import METADATA_TEXTS, metadata_by_id, metadata_of_job, metadata_of_video
from database.video import VideoRow
from database.video_job import VideoJobRow
from database.video_metadata import VideoMetadataRow, VideoMetadataTextsRow
from database.wanted import EVERYTHING, Wanted
from executor.lazy import lazy
from schema.loaders.batch import Many, One, many, one
from schema.loaders.layout import lay_out
from schema.loaders.related import keep

LoaderT = TypeVar("LoaderT")
Statuses: TypeAlias = tuple[str, ...] | None


class Loaders:
    """The loaders of one operation; a mutation begins with new ones, so that it never answers what was before it.

    All of them ask for what the operation wants, so a row that several know is the same in each.
    """

    def __init__(self, reader: Reader, wanted: Wanted = EVERYTHING) -> None:
        self.wanted = wanted
        self._reader = reader
        self._with_arguments: dict[object, Any] = {}

    def clear(self) -> None:
        """Let go of everything: loaders refer to each other, and their rows would wait for the garbage collector."""
        self.__dict__.clear()

    async def rows(self, statement: Statement[RowT], /, **values: Any) -> list[RowT]:
        """The rows of a statement; loaders that they answer too will not ask for them again."""
        ways = lay_out(statement, self.wanted)
        rows = await self._reader.fetch(statement, **values)
        if ways and rows:
            keep(self, ways, rows)
        return rows

    @lazy
    def video_by_id(self) -> One[VideoRow]:
        """Videos by id."""
        return one(self.rows, video_by_id(self.wanted))

    @lazy
    def video_of_job(self) -> One[VideoRow]:
        """The video of each job, by the job's id."""
        return one(self.rows, video_of_job(self.wanted))

    @lazy
    def job_by_id(self) -> One[VideoJobRow]:
        """Jobs by id."""
        return one(self.rows, job_by_id(self.wanted))

    @lazy
    def newest_job_of_video(self) -> One[VideoJobRow]:
        """The newest job of each video."""
        return one(self.rows, newest_job_of_video(self.wanted))

    @lazy
    def metadata_by_id(self) -> One[VideoMetadataRow]:
        """Metadata by id."""
        return one(self.rows, metadata_by_id(self.wanted))

    @lazy
    def metadata_of_job(self) -> One[VideoMetadataRow]:
        """The metadata of each job."""
        return one(self.rows, metadata_of_job(self.wanted))

    @lazy
    def metadata_of_video(self) -> One[VideoMetadataRow]:
        """The metadata of each video's newest completed job."""
        return one(self.rows, metadata_of_video(self.wanted))

    @lazy
    def metadata_texts(self) -> One[VideoMetadataTextsRow]:
        """The long texts of metadata, by its id."""
        return one(self.rows, METADATA_TEXTS)

    @lazy
    def viewer_totals(self) -> One[ViewerTotalsRow]:
        """How much a viewer has, by the viewer's id."""
        return one(self.rows, VIEWER_TOTALS)

    def jobs_of_video(
        self, window: Window, position: Position | None = None, statuses: Statuses = None
    ) -> Many[VideoJobRow]:
        """A page of each video's jobs, newest first."""

        def make() -> Many[VideoJobRow]:
            statement = jobs_of_video(window, statuses=statuses is not None, wanted=self.wanted)
            return many(self.rows, statement, statuses=statuses, **position_values(position))

        return self._once(make, "jobs_of_video", window, position, statuses)

    def job_count_of_video(self, statuses: Statuses = None) -> One[CountRow]:
        """How many jobs each video has; None where it has none."""

        def make() -> One[CountRow]:
            return one(self.rows, jobs_of_video_count(statuses=statuses is not None), statuses=statuses)

        return self._once(make, "job_count_of_video", statuses)

    def _once(self, make: Callable[[], LoaderT], *identity: object) -> LoaderT:
        """A loader for these arguments, which are part of its identity."""
        if identity not in self._with_arguments:
            self._with_arguments[identity] = make()
        loader: LoaderT = self._with_arguments[identity]
        return loader

"""Every loader that resolvers read through: one for each question, named for its answer."""

from collections.abc import Sequence

from database.paging import Position, position_values
from database.reader import Reader
from database.statements.video import VIDEO_BY_ID, VIEWER_TOTALS
from database.statements.video_job import JOB_BY_ID, jobs_of_video
from database.statements.video_metadata import METADATA_BY_ID, METADATA_OF_JOB, METADATA_OF_VIDEO, METADATA_TEXTS
from database.video_job import VideoJobRow
from schema.loaders.batch import Many, many, one


class Loaders:
    """The loaders of one operation; a mutation begins with new ones, so that it never answers what was before it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.video_by_id = one(reader, VIDEO_BY_ID)
        self.job_by_id = one(reader, JOB_BY_ID)
        self.metadata_by_id = one(reader, METADATA_BY_ID)
        self.metadata_of_job = one(reader, METADATA_OF_JOB)
        self.metadata_of_video = one(reader, METADATA_OF_VIDEO)
        self.metadata_texts = one(reader, METADATA_TEXTS)
        self.viewer_totals = one(reader, VIEWER_TOTALS)
        self._jobs_of_video: dict[object, Many[VideoJobRow]] = {}

    def jobs_of_video(
        self, *, limit: int, after: Position | None = None, statuses: Sequence[str] | None = None
    ) -> Many[VideoJobRow]:
        """Jobs of each video, newest first. Arguments are part of a loader's identity."""
        identity = limit, after, None if statuses is None else tuple(statuses)
        if identity not in self._jobs_of_video:
            statement = jobs_of_video(after=after is not None, statuses=statuses is not None)
            self._jobs_of_video[identity] = many(
                self._reader, statement, limit=limit, statuses=statuses, **position_values(after)
            )
        return self._jobs_of_video[identity]

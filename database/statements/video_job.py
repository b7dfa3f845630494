"""Reading jobs."""

from functools import cache
from typing import Any

from sqlalchemy import ARRAY, BindParameter, ColumnElement, Text, any_, bindparam, cast

from database.paging import newest_first
from database.statement import Statement, for_each_key, one_each, owned
from database.video_job import VideoJob, VideoJobRow

STATUSES: BindParameter[Any] = bindparam("statuses", type_=ARRAY(Text()))

JOB_BY_ID = one_each(VideoJob, VideoJobRow, "job_by_id", by=VideoJob.id)


def _has_status() -> ColumnElement[bool]:
    return VideoJob.status == any_(cast(STATUSES, ARRAY(VideoJob.status.type)))


@cache
def jobs_page(*, after: bool) -> Statement[VideoJobRow]:
    """A page of the viewer's jobs with certain statuses, newest first."""
    query = owned(VideoJob, VideoJobRow).where(_has_status())
    return Statement("jobs_page", VideoJobRow, newest_first(query, VideoJob, after=after))


@cache
def jobs_of_video(*, after: bool, statuses: bool) -> Statement[VideoJobRow]:
    """A page of each video's jobs, newest first."""
    query = owned(VideoJob, VideoJobRow, key=VideoJob.video_id)
    if statuses:
        query = query.where(_has_status())
    page = newest_first(query, VideoJob, after=after)
    return Statement("jobs_of_video", VideoJobRow, for_each_key(page, VideoJob.video_id.expression))

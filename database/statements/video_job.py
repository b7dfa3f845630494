"""Reading jobs."""

from functools import cache
from typing import Any

from sqlalchemy import ARRAY, BindParameter, ColumnElement, Text, any_, bindparam, cast, func, select

from database.paging import Order, Window, paged
from database.statement import KEYS, VIEWER, CountRow, Statement, for_each_key, is_viewers, one_each, owned
from database.to_one import ToOne, with_to_ones
from database.video_job import VideoJob, VideoJobRow

STATUSES: BindParameter[Any] = bindparam("statuses", type_=ARRAY(Text()))
NEWEST_FIRST = Order.by(VideoJob.created_at, descending=True)

JOB_BY_ID = one_each(VideoJob, VideoJobRow, "job_by_id", by=VideoJob.id)


def _has_status() -> ColumnElement[bool]:
    return VideoJob.status == any_(cast(STATUSES, ARRAY(VideoJob.status.type)))


@cache
def jobs_page(window: Window, to_ones: frozenset[ToOne] = frozenset()) -> Statement[VideoJobRow]:
    """A page of the viewer's jobs with certain statuses, newest first."""
    page = paged(owned(VideoJob, VideoJobRow).where(_has_status()), NEWEST_FIRST, window)
    return Statement("jobs_page", VideoJobRow, with_to_ones(page, NEWEST_FIRST, window, to_ones))


@cache
def jobs_count() -> Statement[CountRow]:
    """How many jobs with certain statuses the viewer has."""
    query = select(VIEWER.label("key"), func.count().label("count"))
    return Statement("jobs_count", CountRow, query.where(is_viewers(VideoJob), _has_status()))


@cache
def jobs_of_video(window: Window, *, statuses: bool, to_ones: frozenset[ToOne] = frozenset()) -> Statement[VideoJobRow]:
    """A page of each video's jobs, newest first."""
    query = owned(VideoJob, VideoJobRow, key=VideoJob.video_id)
    if statuses:
        query = query.where(_has_status())
    page = for_each_key(paged(query, NEWEST_FIRST, window), VideoJob.video_id.expression)
    return Statement("jobs_of_video", VideoJobRow, with_to_ones(page, NEWEST_FIRST, window, to_ones))


@cache
def jobs_of_video_count(*, statuses: bool) -> Statement[CountRow]:
    """How many jobs each video has."""
    query = select(VideoJob.video_id.label("key"), func.count().label("count")).where(
        is_viewers(VideoJob), VideoJob.video_id == any_(KEYS)
    )
    if statuses:
        query = query.where(_has_status())
    return Statement("jobs_of_video_count", CountRow, query.group_by(VideoJob.video_id))

"""Reading jobs."""

from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ARRAY, BindParameter, ColumnElement, Text, any_, bindparam, cast, func, select

from database.paging import Order, Window, paged
from database.statement import KEYS, VIEWER, CountRow, Statement, for_each_key, is_viewers, owned
from database.statements import MOST_STATEMENTS
from database.statements.to_ones import NEWEST_JOB_OF_VIDEO
from database.to_one import columns_of, first_each, one_each, page_with_to_ones
from database.video_job import VideoJob, VideoJobRow
from database.wanted import EVERYTHING, Wanted

STATUSES: BindParameter[Any] = bindparam("statuses", type_=ARRAY(Text()))
NEWEST_FIRST = Order.by(VideoJob.created_at, descending=True)


@lru_cache(MOST_STATEMENTS)
def job_by_id(wanted: Wanted = EVERYTHING) -> Statement[VideoJobRow]:
    """Jobs by id."""
    return one_each(VideoJob, VideoJobRow, "job_by_id", wanted, by=VideoJob.id)


@lru_cache(MOST_STATEMENTS)
def newest_job_of_video(wanted: Wanted = EVERYTHING) -> Statement[VideoJobRow]:
    """The newest job of each video."""
    return first_each(NEWEST_JOB_OF_VIDEO, VideoJobRow, "newest_job_of_video", wanted)


def _has_status() -> ColumnElement[bool]:
    return VideoJob.status == any_(cast(STATUSES, ARRAY(VideoJob.status.type)))


@lru_cache(MOST_STATEMENTS)
def jobs_page(window: Window, wanted: Wanted = EVERYTHING) -> Statement[VideoJobRow]:
    """A page of the viewer's jobs with certain statuses, newest first."""
    also = columns_of(NEWEST_FIRST, VideoJobRow, wanted)
    page = paged(owned(VideoJob, VideoJobRow, *also, wanted=wanted).where(_has_status()), NEWEST_FIRST, window)
    return Statement("jobs_page", VideoJobRow, page_with_to_ones(page, VideoJobRow, NEWEST_FIRST, window, wanted))


@cache
def jobs_count() -> Statement[CountRow]:
    """How many jobs with certain statuses the viewer has."""
    query = select(VIEWER.label("key"), func.count().label("count"))
    return Statement("jobs_count", CountRow, query.where(is_viewers(VideoJob), _has_status()))


@lru_cache(MOST_STATEMENTS)
def jobs_of_video(window: Window, *, statuses: bool, wanted: Wanted = EVERYTHING) -> Statement[VideoJobRow]:
    """A page of each video's jobs, newest first."""
    also = columns_of(NEWEST_FIRST, VideoJobRow, wanted)
    query = owned(VideoJob, VideoJobRow, *also, key=VideoJob.video_id, wanted=wanted)
    if statuses:
        query = query.where(_has_status())
    page = for_each_key(paged(query, NEWEST_FIRST, window), VideoJob.video_id.expression)
    return Statement("jobs_of_video", VideoJobRow, page_with_to_ones(page, VideoJobRow, NEWEST_FIRST, window, wanted))


@cache
def jobs_of_video_count(*, statuses: bool) -> Statement[CountRow]:
    """How many jobs each video has."""
    query = select(VideoJob.video_id.label("key"), func.count().label("count")).where(
        is_viewers(VideoJob), VideoJob.video_id == any_(KEYS)
    )
    if statuses:
        query = query.where(_has_status())
    return Statement("jobs_of_video_count", CountRow, query.group_by(VideoJob.video_id))

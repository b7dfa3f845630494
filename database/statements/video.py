"""Reading videos."""

import enum
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    DateTime,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import aliased

from database.paging import Order, Window, first, paged
from database.statement import KEYS, VIEWER, CountRow, Row, Statement, is_viewers, owned
from database.statements import MOST_STATEMENTS
from database.statements.video_job import STATUSES
from database.to_one import columns_of, needed, one_each, page_with_to_ones, with_to_ones
from database.video import Video, VideoRow
from database.video_job import ProcessingStatus, VideoJob
from database.video_metadata import VideoMetadata
from database.wanted import EVERYTHING, Wanted


@lru_cache(MOST_STATEMENTS)
def video_by_id(wanted: Wanted = EVERYTHING) -> Statement[VideoRow]:
    """Videos by id."""
    return one_each(Video, VideoRow, "video_by_id", wanted, by=Video.id)


@lru_cache(MOST_STATEMENTS)
def video_of_job(wanted: Wanted = EVERYTHING) -> Statement[VideoRow]:
    """The video of each job."""
    rows = owned(Video, VideoRow, *needed(VideoRow, wanted), key=VideoJob.id, wanted=wanted)
    rows = rows.where(VideoJob.video_id == Video.id, is_viewers(VideoJob), VideoJob.id == any_(KEYS))
    return Statement("video_of_job", VideoRow, with_to_ones(rows, VideoRow, wanted)[0])


class VideoOrder(enum.Enum):
    """How lists of videos are sorted."""

    CREATED_AT_DESC = "CREATED_AT_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    ORIGINAL_FILENAME_ASC = "ORIGINAL_FILENAME_ASC"
    SIZE_BYTES_DESC = "SIZE_BYTES_DESC"


ORDERS = {
    VideoOrder.CREATED_AT_DESC: Order.by(Video.created_at, descending=True),
    VideoOrder.CREATED_AT_ASC: Order.by(Video.created_at, descending=False),
    VideoOrder.ORIGINAL_FILENAME_ASC: Order.by(Video.original_filename, descending=False),
    VideoOrder.SIZE_BYTES_DESC: Order.by(Video.size_bytes, descending=True),
}


class ViewerTotalsRow(Row):
    video_count: int
    stored_bytes: int


VIEWER_TOTALS = Statement(
    "viewer_totals",
    ViewerTotalsRow,
    select(
        VIEWER.label("key"),
        func.count().label("video_count"),
        cast(func.coalesce(func.sum(Video.size_bytes).filter(Video.uploaded_at.is_not(None)), 0), BigInteger).label(
            "stored_bytes"
        ),
    ).where(is_viewers(Video)),
)


def _newest_status() -> ColumnElement[Any]:
    job = aliased(VideoJob)
    newest = select(job.status).where(job.video_id == Video.id, is_viewers(job))
    return first(newest.order_by(job.created_at.desc(), job.id.desc()), 1).scalar_subquery()


def _words() -> ColumnElement[Any]:
    """Words of a video's file name and of the metadata of its newest completed job."""
    about = (
        select(VideoMetadata.about_words)
        .join(VideoJob, VideoJob.id == VideoMetadata.job_id)
        .where(
            VideoJob.video_id == Video.id,
            VideoJob.status == ProcessingStatus.COMPLETED,
            is_viewers(VideoMetadata),
        )
        .order_by(VideoJob.created_at.desc(), VideoJob.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return Video.filename_words.op("||")(func.coalesce(about, literal_column("''::tsvector")))


def _text_array(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=ARRAY(Text()))


def _instant(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=DateTime(timezone=True))


@cache
def _conditions() -> dict[str, ColumnElement[bool]]:
    """What each filter means, by the name of its binding."""
    statuses = cast(STATUSES, ARRAY(VideoJob.status.type))
    query = func.websearch_to_tsquery(literal_column("'simple'::regconfig"), bindparam("search", type_=Text()))
    return {
        "statuses": _newest_status() == any_(statuses),
        "content_types": Video.content_type == any_(_text_array("content_types")),
        "created_from": Video.created_at >= _instant("created_from"),
        "created_until": Video.created_at < _instant("created_until"),
        "search": _words().op("@@", is_comparison=True)(query),
    }


def _filtered(query: Select[Any], filters: frozenset[str]) -> Select[Any]:
    return query.where(*(_conditions()[name] for name in sorted(filters)))


@lru_cache(MOST_STATEMENTS)
def videos_page(
    order: VideoOrder, window: Window, filters: frozenset[str], wanted: Wanted = EVERYTHING
) -> Statement[VideoRow]:
    """A page of the viewer's videos that pass all of the named filters, whose bindings have the filters' names."""
    rows = owned(Video, VideoRow, *columns_of(ORDERS[order], VideoRow, wanted), wanted=wanted)
    page = paged(_filtered(rows, filters), ORDERS[order], window)
    return Statement("videos_page", VideoRow, page_with_to_ones(page, VideoRow, ORDERS[order], window, wanted))


@cache
def videos_count(filters: frozenset[str]) -> Statement[CountRow]:
    """How many of the viewer's videos pass all of the named filters."""
    columns: list[ColumnElement[Any]] = [VIEWER.label("key"), func.count().label("count")]
    return Statement("videos_count", CountRow, _filtered(select(*columns).where(is_viewers(Video)), filters))

"""Reading videos."""

from functools import cache

from sqlalchemy import BigInteger, cast, func, select

from database.paging import newest_first
from database.statement import VIEWER, Row, Statement, one_each, owned
from database.video import Video, VideoRow

VIDEO_BY_ID = one_each(Video, VideoRow, "video_by_id", by=Video.id)


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
    ).where(Video.uploader_user_id == VIEWER),
)


@cache
def videos_page(*, after: bool) -> Statement[VideoRow]:
    """A page of the viewer's videos, newest first."""
    return Statement("videos_page", VideoRow, newest_first(owned(Video, VideoRow), Video, after=after))

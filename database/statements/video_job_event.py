"""Reading the log of what happened to jobs."""

from uuid import UUID

from sqlalchemy import BigInteger, BindParameter, Uuid, bindparam, func, or_, select

from database.statement import VIEWER, Row, Statement, is_viewers
from database.video_job_event import VideoJobEvent, VideoJobEventHorizon, VideoJobEventRow

AFTER: BindParameter[int] = bindparam("after", type_=BigInteger())
VIDEO: BindParameter[UUID | None] = bindparam("video_id", type_=Uuid())

# Events that are read at a time.
PAGE = 200

_HORIZON = select(VideoJobEventHorizon.position).scalar_subquery()
_NEWEST = func.greatest(func.max(VideoJobEvent.position), _HORIZON)


class LogBoundsRow(Row):
    """`newest`: the position that the owner's next event comes after; those up to `forgotten` are no longer known."""

    newest: int
    forgotten: int


LOG_BOUNDS = Statement(
    "job_event_bounds",
    LogBoundsRow,
    select(VIEWER.label("key"), _NEWEST.label("newest"), _HORIZON.label("forgotten")).where(is_viewers(VideoJobEvent)),
)

EVENTS_AFTER = Statement(
    "job_events_after",
    VideoJobEventRow,
    select(
        VideoJobEvent.position,
        VideoJobEvent.id,
        VideoJobEvent.video_id,
        VideoJobEvent.status,
        VideoJobEvent.processing_stages,
        VideoJobEvent.error_message,
        VideoJobEvent.error_code,
        VideoJobEvent.attempt,
        VideoJobEvent.started_at,
        VideoJobEvent.finished_at,
        VideoJobEvent.created_at,
        VideoJobEvent.updated_at,
    )
    .where(
        is_viewers(VideoJobEvent),
        VideoJobEvent.position > AFTER,
        or_(VIDEO.is_(None), VideoJobEvent.video_id == VIDEO),
    )
    .order_by(VideoJobEvent.position)
    .limit(PAGE),
)
"""A page of an owner's events after a position, oldest first; of one video's where `video_id` is not None."""

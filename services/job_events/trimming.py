"""The log is kept for a while, so that who was away can catch up; then it is forgotten."""

from datetime import timedelta

from sqlalchemy import delete, func, select, update

from database.engine import Database
from database.video_job_event import VideoJobEvent, VideoJobEventHorizon


async def trim_events(database: Database, kept: timedelta) -> None:
    """Forget events older than `kept`."""
    async with database.transaction() as session:
        # The log is read from its beginning, and no further than to what is kept.
        first_kept = select(func.min(VideoJobEvent.position)).where(VideoJobEvent.noted_at >= func.now() - kept)
        old = select(func.max(VideoJobEvent.position))
        if (position := await session.scalar(first_kept)) is not None:
            old = old.where(VideoJobEvent.position < position)
        horizon = await session.scalar(old)
        if horizon is None:
            return
        # Both at once for whoever reads: where the events are gone, the horizon says so.
        await session.execute(update(VideoJobEventHorizon).values(position=horizon))
        await session.execute(delete(VideoJobEvent).where(VideoJobEvent.position <= horizon))

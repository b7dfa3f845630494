"""Hearing of what happens to jobs."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any, cast

import strawberry
from strawberry import UNSET, Parent

from database.paging import Position
from database.statements.video_job_event import EVENTS_AFTER
from database.video_job import VideoJobRow
from database.video_job_event import VideoJobEventRow
from database.wanted import EVERYTHING
from executor import reads
from schema.context import EVENTS_CURSOR, Context, Info
from schema.errors import BadUserInputError, EventsForgottenError
from schema.ids import Kind, decode_as
from schema.loaders.layout import lay_out
from schema.objects import VideoJob
from services.job_events import ForgottenEventsError, start_of

# A cursor goes with each of a viewer's subscriptions, whichever it came from.
SCOPE = "videoJobEvents"

After = Annotated[
    str | None,
    strawberry.argument(
        description="The newest cursor that arrived, or one of `videoJobEventsCursor`: everything since then comes "
        "first. Without it, what happens from now on."
    ),
]

OfVideo = Annotated[strawberry.ID | None, strawberry.argument(description="Only the jobs of this video: `video_…`.")]

# Every subscription has the same rows, so that they are read once for all.
lay_out(EVENTS_AFTER, EVERYTHING)


@strawberry.type(description="One change of one job.")
class VideoJobEvent:
    @strawberry.field(
        description="Send the newest one back as `after` to miss nothing after a lost connection.",
        metadata=reads("position", "id"),
    )
    def cursor(root: Parent[VideoJobEventRow], info: Info) -> str:
        return cursor_of(info.context, Position(root.position, root.id))

    @strawberry.field(
        graphql_type=VideoJob,
        description="The job as this change left it; what it leads to (`video`, `metadata`) is as it is now.",
    )
    def job(root: Parent[VideoJobEventRow]) -> VideoJobRow:
        return root


@strawberry.type
class VideoJobEventQueries:
    @strawberry.field(
        name=EVENTS_CURSOR,
        description="Where the log of changes stands, read before all else in the operation: send it as `after` to "
        "`videoJobEvents` to hear of everything that this answer does not show yet.",
    )
    async def video_job_events_cursor(self, info: Info) -> str:
        context = info.context
        if context.events_position is None:
            context.events_position = await start_of(context.reader)
        return cursor_of(context, Position(context.events_position, context.viewer))


@strawberry.type
class VideoJobSubscriptions:
    @strawberry.subscription(
        description="What happens to your jobs, or to those of one video: everything after the cursor first, then "
        "live. Each job's changes come in their order, and none twice."
    )
    async def video_job_events(
        self, info: Info, video_id: OfVideo = UNSET, after: After = UNSET
    ) -> AsyncGenerator[VideoJobEvent, None]:
        context = info.context
        key = decode_as(Kind.VIDEO, video_id, argument="videoId") if video_id else None
        if key is not None and await context.loaders.video_by_id.load(key) is None:
            raise BadUserInputError(f"videoId: no video of yours has the id {video_id}.")
        position = context.cursors.decode(SCOPE, after, kind=int, argument="after").value if after else None
        try:
            start = await start_of(context.reader, position)
        except ForgottenEventsError as error:
            raise EventsForgottenError(error) from None
        events: Any = context.job_events.follow(context.viewer, start, video_id=key)
        return cast(AsyncGenerator[VideoJobEvent, None], events)


def cursor_of(context: Context, position: Position) -> str:
    """A position in the log, as clients see it."""
    return context.cursors.encode(SCOPE, position)

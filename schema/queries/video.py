"""Reading videos."""

import strawberry
from strawberry import UNSET

from database.paging import position_values
from database.statements.video import videos_page
from database.video import VideoRow
from schema.connection import After, First, Page, page_arguments
from schema.context import Info
from schema.ids import Kind, decode_as
from schema.objects import Video, VideoConnection


@strawberry.type
class VideoQueries:
    @strawberry.field(
        graphql_type=Video | None, description="The video of yours that has this id; null if there is none."
    )
    async def video(self, info: Info, id: strawberry.ID) -> VideoRow | None:  # noqa: A002  the contract's name
        return await info.context.loaders.video_by_id.load(decode_as(Kind.VIDEO, id, argument="id"))

    @strawberry.field(graphql_type=VideoConnection, description="Your videos, newest first.")
    async def videos(self, info: Info, first: First = UNSET, after: After = UNSET) -> Page[VideoRow]:
        page = page_arguments(first, after)
        statement = videos_page(after=page.after is not None)
        return page.page(await info.context.reader.fetch(statement, limit=page.limit, **position_values(page.after)))

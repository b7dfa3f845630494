"""Reading videos."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from database.paging import position_values
from database.statements.video import ORDERS, VideoOrder, videos_count, videos_page
from database.video import VideoRow
from schema.connection import After, Before, First, Last, Page, PageArguments
from schema.context import Info
from schema.ids import Kind, VideoId, decode_as
from schema.loaders.priming import VIDEO_TO_ONES, prime
from schema.objects import Video, VideoConnection
from schema.queries.video_filter import VideoFilter, filter_bindings, filter_scope
from schema.selection import selected_to_ones

OrderBy = Annotated[VideoOrder, strawberry.argument(description="How the list is sorted.")]
Filter = Annotated[
    VideoFilter | None, strawberry.argument(description="Only videos that pass all of these; all when left out.")
]


@strawberry.type
class VideoQueries:
    @strawberry.field(
        graphql_type=Video | None, description="The video of yours that has this id; null if there is none."
    )
    async def video(self, info: Info, id: VideoId) -> VideoRow | None:  # noqa: A002  the contract's name
        return await info.context.loaders.video_by_id.load(decode_as(Kind.VIDEO, id, argument="id"))

    @strawberry.field(graphql_type=VideoConnection, description="Your videos, newest first unless told otherwise.")
    async def videos(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        filter: Filter = UNSET,  # noqa: A002  the contract's name
        order_by: OrderBy = VideoOrder.CREATED_AT_DESC,
    ) -> Page[VideoRow]:
        reader, values = info.context.reader, filter_bindings(filter or None)
        scope = f"videos {order_by.name} {filter_scope(values)}"
        request = PageArguments(first, after, last, before).checked(info.context, ORDERS[order_by], scope)
        to_ones = selected_to_ones(info, VIDEO_TO_ONES)
        statement = videos_page(order_by, request.window, frozenset(values), to_ones)
        rows = await reader.fetch(statement, limit=request.limit, **values, **position_values(request.position))
        prime(info.context.loaders, statement, rows, to_ones)

        async def count() -> int:
            (row,) = await reader.fetch(videos_count(frozenset(values)), **values)
            return row.count

        return Page(request, rows, count)

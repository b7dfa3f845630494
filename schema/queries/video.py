"""Reading videos."""

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import UNSET

from database.paging import position_values
from database.statements.video import ORDERS, VideoOrder, videos_count, videos_page
from database.video import VideoRow
from executor import Ask, batched
from schema.connection import After, Before, First, Last, Page, PageArguments
from schema.context import Info
from schema.ids import Kind, VideoId, decode_as
from schema.objects import Video, VideoConnection
from schema.queries.video_filter import VideoFilter, filter_bindings, filter_scope

OrderBy = Annotated[VideoOrder, strawberry.argument(description="How the list is sorted.")]
Filter = Annotated[
    VideoFilter | None, strawberry.argument(description="Only videos that pass all of these; all when left out.")
]


@strawberry.type
class VideoQueries:
    @batched(graphql_type=Video | None, description="The video of yours that has this id; null if there is none.")
    def video(info: Info, id: VideoId) -> Ask[UUID, VideoRow | None]:  # noqa: A002  the contract's name
        return Ask(info.context.loaders.video_by_id, key=decode_as(Kind.VIDEO, id, argument="id"))

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
        loaders, values = info.context.loaders, filter_bindings(filter or None)
        scope = f"videos {order_by.name} {filter_scope(values)}"
        request = PageArguments(first, after, last, before).checked(info.context, ORDERS[order_by], scope)
        statement = videos_page(order_by, request.window, frozenset(values), loaders.wanted)
        rows = await loaders.rows(statement, **values, **position_values(request.position))

        async def count() -> int:
            (row,) = await loaders.rows(videos_count(frozenset(values)), **values)
            return row.count

        return Page(request, rows, count)

"""Reading jobs."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from database.paging import position_values
from database.statements.video_job import jobs_page
from database.video_job import ACTIVE, ProcessingStatus, VideoJobRow
from schema.connection import After, First, Page, page_arguments
from schema.context import Info
from schema.ids import Kind, decode_as
from schema.objects import VideoJob, VideoJobConnection

Statuses = Annotated[
    list[ProcessingStatus] | None,
    strawberry.argument(description="Only jobs with one of these; PENDING and PROCESSING when left out."),
]


@strawberry.type
class VideoJobQueries:
    @strawberry.field(
        graphql_type=VideoJob | None, description="The job of yours that has this id; null if there is none."
    )
    async def video_job(self, info: Info, id: strawberry.ID) -> VideoJobRow | None:  # noqa: A002  the contract's name
        return await info.context.loaders.job_by_id.load(decode_as(Kind.JOB, id, argument="id"))

    @strawberry.field(
        graphql_type=VideoJobConnection,
        description="Your jobs, newest first; PENDING and PROCESSING when no statuses are named.",
    )
    async def video_jobs(
        self, info: Info, statuses: Statuses = UNSET, first: First = UNSET, after: After = UNSET
    ) -> Page[VideoJobRow]:
        page = page_arguments(first, after)
        statement = jobs_page(after=page.after is not None)
        return page.page(
            await info.context.reader.fetch(
                statement, statuses=statuses or ACTIVE, limit=page.limit, **position_values(page.after)
            )
        )

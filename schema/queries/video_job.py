"""Reading jobs."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from database.paging import position_values
from database.statements.video_job import NEWEST_FIRST, jobs_count, jobs_page
from database.video_job import ACTIVE, ProcessingStatus, VideoJobRow
from schema.connection import After, Before, First, Last, Page, PageArguments
from schema.context import Info
from schema.ids import JobId, Kind, decode_as
from schema.loaders.priming import JOB_TO_ONES, prime
from schema.objects import VideoJob, VideoJobConnection
from schema.selection import selected_to_ones

Statuses = Annotated[
    list[ProcessingStatus] | None,
    strawberry.argument(description="Only jobs with one of these; PENDING and PROCESSING when left out."),
]


@strawberry.type
class VideoJobQueries:
    @strawberry.field(
        graphql_type=VideoJob | None, description="The job of yours that has this id; null if there is none."
    )
    async def video_job(self, info: Info, id: JobId) -> VideoJobRow | None:  # noqa: A002  the contract's name
        return await info.context.loaders.job_by_id.load(decode_as(Kind.JOB, id, argument="id"))

    @strawberry.field(
        graphql_type=VideoJobConnection,
        description="Your jobs, newest first; PENDING and PROCESSING when no statuses are named.",
    )
    async def video_jobs(
        self,
        info: Info,
        statuses: Statuses = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Page[VideoJobRow]:
        reader, named = info.context.reader, sorted(statuses or ACTIVE)
        request = PageArguments(first, after, last, before).checked(info.context, NEWEST_FIRST, f"videoJobs {named}")
        to_ones = selected_to_ones(info, JOB_TO_ONES)
        statement = jobs_page(request.window, to_ones)
        rows = await reader.fetch(statement, statuses=named, limit=request.limit, **position_values(request.position))
        prime(info.context.loaders, statement, rows, to_ones)

        async def count() -> int:
            (row,) = await reader.fetch(jobs_count(), statuses=named)
            return row.count

        return Page(request, rows, count)

"""Reading jobs."""

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import UNSET

from database.paging import position_values
from database.statements.video_job import NEWEST_FIRST, jobs_count, jobs_page
from database.video_job import ACTIVE, ProcessingStatus, VideoJobRow
from executor import Ask, batched
from schema.connection import After, Before, First, Last, Page, PageArguments
from schema.context import Info
from schema.ids import JobId, Kind, decode_as
from schema.objects import VideoJob, VideoJobConnection

Statuses = Annotated[
    list[ProcessingStatus] | None,
    strawberry.argument(description="Only jobs with one of these; PENDING and PROCESSING when left out."),
]


@strawberry.type
class VideoJobQueries:
    @batched(graphql_type=VideoJob | None, description="The job of yours that has this id; null if there is none.")
    def video_job(info: Info, id: JobId) -> Ask[UUID, VideoJobRow | None]:  # noqa: A002  the contract's name
        return Ask(info.context.loaders.job_by_id, key=decode_as(Kind.JOB, id, argument="id"))

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
        loaders, named = info.context.loaders, sorted(statuses or ACTIVE)
        request = PageArguments(first, after, last, before).checked(info.context, NEWEST_FIRST, f"videoJobs {named}")
        statement = jobs_page(request.window, loaders.wanted)
        rows = await loaders.rows(statement, statuses=named, **position_values(request.position))

        async def count() -> int:
            (row,) = await loaders.rows(jobs_count(), statuses=named)
            return row.count

        return Page(request, rows, count)

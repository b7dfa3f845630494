"""Retrying and canceling jobs."""

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import UNSET

from schema.context import Info
from schema.fields import relation
from schema.ids import Kind, decode_as
from schema.mutations.idempotency import IDEMPOTENCY_KEY, given
from schema.objects import VideoJob
from schema.results import InvalidInputError, JobStateError, NotFoundError, mutation
from services import video_job as service

JobId = Annotated[strawberry.ID, strawberry.argument(description="Which job.")]
IdempotencyKey = Annotated[str | None, strawberry.argument(description=IDEMPOTENCY_KEY)]


@strawberry.type(description="A new job is queued.")
class RetryVideoJobSuccess:
    job_id: strawberry.Private[UUID]
    job: VideoJob = relation(lambda loaders: loaders.job_by_id, key="job_id", required=True, description="The new job.")


@strawberry.type(description="The job has ended: it is FAILED, and its `errorCode` is CANCELED.")
class CancelVideoJobSuccess:
    job_id: strawberry.Private[UUID]
    job: VideoJob = relation(
        lambda loaders: loaders.job_by_id, key="job_id", required=True, description="The canceled job."
    )


RetryVideoJobResult = Annotated[
    RetryVideoJobSuccess | NotFoundError | InvalidInputError | JobStateError,
    strawberry.union("RetryVideoJobResult", description="What retryVideoJob answers."),
]
CancelVideoJobResult = Annotated[
    CancelVideoJobSuccess | NotFoundError | JobStateError,
    strawberry.union("CancelVideoJobResult", description="What cancelVideoJob answers."),
]


@strawberry.type
class VideoJobMutations:
    @mutation(
        RetryVideoJobResult,
        description="Gives a failed job's video a new job, from the first stage on; it must be the video's newest.",
    )
    async def retry_video_job(
        self, info: Info, job_id: JobId, idempotency_key: IdempotencyKey = UNSET
    ) -> RetryVideoJobSuccess:
        context = info.context
        key = decode_as(Kind.JOB, job_id, argument="jobId")
        new = await service.retry_video_job(
            context.database, context.viewer, key, idempotency_key=given(idempotency_key)
        )
        return RetryVideoJobSuccess(job_id=new)

    @mutation(CancelVideoJobResult, description="Ends a job that is waiting or running; a worker that is at it stops.")
    async def cancel_video_job(self, info: Info, job_id: JobId) -> CancelVideoJobSuccess:
        key = decode_as(Kind.JOB, job_id, argument="jobId")
        await service.cancel_video_job(info.context.database, info.context.viewer, key)
        return CancelVideoJobSuccess(job_id=key)

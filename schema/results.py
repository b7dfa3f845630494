"""Expected failures, which are data: each mutation answers a union of its success and of those it can meet."""

import functools
from collections.abc import Awaitable, Callable
from functools import singledispatch
from typing import Any
from uuid import UUID

import strawberry

from database.errors import ReelgraphError
from schema.context import Info
from schema.fields import relation
from schema.ids import Kind, encode
from schema.objects import VideoJob, VideoMetadata
from schema.scalars import BigInt
from services import errors


@strawberry.interface(description="An expected failure. Nothing was changed.")
class Error:
    message: str = strawberry.field(description="What is wrong and what to do, for people.")


@strawberry.type(description="Nothing of yours has this id.")
class NotFoundError(Error):
    id: strawberry.ID = strawberry.field(description="The id that was asked for.")


@strawberry.type(description="One thing wrong with an input.")
class InputIssue:
    path: list[str] = strawberry.field(description="Leads to it from the input's root: field names and list indexes.")
    message: str = strawberry.field(description="What is wrong with it.")


@strawberry.type(description="The input breaks rules.")
class InvalidInputError(Error):
    issues: list[InputIssue] = strawberry.field(description="Everything that is wrong with it.")


@strawberry.type(description="Somebody changed it since you read it: `expectedVersion` is no longer its version.")
class VersionConflictError(Error):
    metadata_id: strawberry.Private[UUID]
    current: VideoMetadata = relation(
        lambda loaders: loaders.metadata_by_id,
        key="metadata_id",
        required=True,
        description="What is there now.",
    )


@strawberry.type(description="The job is not in a state in which this can be done.")
class JobStateError(Error):
    job_id: strawberry.Private[UUID]
    job: VideoJob = relation(
        lambda loaders: loaders.job_by_id,
        key="job_id",
        required=True,
        description="The job that was named, as it is now.",
    )


@strawberry.type(description="Not all bytes of the video have arrived.")
class UploadIncompleteError(Error):
    received_bytes: BigInt = strawberry.field(description="How many have arrived.")
    expected_bytes: BigInt = strawberry.field(description="How many were announced.")


KINDS = {"video": Kind.VIDEO, "job": Kind.JOB, "metadata": Kind.METADATA}


@singledispatch
def failure(error: ReelgraphError) -> Error:
    """The union member that tells of an expected failure; others are raised again."""
    raise error


@failure.register
def _(error: errors.NotFoundError) -> Error:
    return NotFoundError(message=str(error), id=encode(KINDS[error.what], error.id))


@failure.register
def _(error: errors.InvalidInputError) -> Error:
    issues = [InputIssue(path=list(issue.path), message=issue.message) for issue in error.issues]
    return InvalidInputError(message=str(error), issues=issues)


@failure.register
def _(error: errors.VersionConflictError) -> Error:
    return VersionConflictError(message=str(error), metadata_id=error.metadata_id)


@failure.register
def _(error: errors.JobStateError) -> Error:
    return JobStateError(message=str(error), job_id=error.job_id)


@failure.register
def _(error: errors.UploadIncompleteError) -> Error:
    return UploadIncompleteError(
        message=str(error), received_bytes=BigInt(error.received), expected_bytes=BigInt(error.expected)
    )


def mutation(result: Any, *, description: str) -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """A mutation field: calls one service function; its expected failures become members of `result`."""

    def declare(resolver: Callable[..., Awaitable[Any]]) -> Any:
        @functools.wraps(resolver)
        async def answer(self: Any, info: Info, **arguments: Any) -> Any:
            # Whoever waits for a connection to write on must hold none, such as that of the operation's reads so far.
            await info.context.reader.release()
            try:
                answer = await resolver(self, info, **arguments)
            except ReelgraphError as error:
                return failure(error)
            else:
                info.context.changed = True
                return answer
            finally:
                info.context.forget()

        return strawberry.mutation(resolver=answer, graphql_type=result, description=description)

    return declare

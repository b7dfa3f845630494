"""Uploading and deleting videos."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import UNSET

from schema.context import Info
from schema.fields import relation
from schema.ids import Kind, decode_as
from schema.mutations.idempotency import IDEMPOTENCY_KEY, given
from schema.objects import Video, VideoJob
from schema.results import InvalidInputError, NotFoundError, UploadIncompleteError, mutation
from schema.scalars import URL, BigInt
from services import video as service


@strawberry.input(description="What is to be uploaded.")
class CreateVideoUploadInput:
    original_filename: str = strawberry.field(description="The file's name where it comes from; any text.")
    content_type: str = strawberry.field(description="The file's media type, such as video/mp4.")
    size_bytes: BigInt = strawberry.field(description="The file's exact size in bytes.")
    idempotency_key: str | None = strawberry.field(default=UNSET, description=IDEMPOTENCY_KEY)


CreateVideoUploadArgument = Annotated[
    CreateVideoUploadInput, strawberry.argument(description="What is to be uploaded.")
]


@strawberry.type(description="A header that the upload must be sent with.")
class UploadHeader:
    name: str = strawberry.field(description="The header's name.")
    value: str = strawberry.field(description="The header's value.")


@strawberry.type(description="Where the file goes: one HTTP request with the whole file as its body.")
class UploadTarget:
    url: URL = strawberry.field(description="Signed: who has it may upload this one file, so keep it to yourself.")
    method: str = strawberry.field(description="The HTTP method.")
    headers: list[UploadHeader] = strawberry.field(description="Headers that the request must have.")
    expires_at: datetime = strawberry.field(description="Until when the request may begin.")
    is_resumable: bool = strawberry.field(
        description="Whether what has come is kept when the connection is lost. HEAD to the address then answers how "
        "many bytes those are, as `Upload-Offset`, and PATCH with that header sends the rest."
    )


@strawberry.type(description="The video is announced; now send its file.")
class CreateVideoUploadSuccess:
    video_id: strawberry.Private[UUID]
    upload: UploadTarget = strawberry.field(description="Where the file goes.")
    video: Video = relation(
        lambda loaders: loaders.video_by_id, key="video_id", required=True, description="The announced video."
    )


@strawberry.type(description="The file is complete and its first job is queued.")
class CompleteVideoUploadSuccess:
    video_id: strawberry.Private[UUID]
    job_id: strawberry.Private[UUID]
    video: Video = relation(
        lambda loaders: loaders.video_by_id, key="video_id", required=True, description="The uploaded video."
    )
    job: VideoJob = relation(
        lambda loaders: loaders.job_by_id, key="job_id", required=True, description="The job that processes it."
    )


@strawberry.input(description="Whose upload is complete.")
class CompleteVideoUploadInput:
    video_id: strawberry.ID = strawberry.field(description="The video's id, from createVideoUpload.")
    idempotency_key: str | None = strawberry.field(default=UNSET, description=IDEMPOTENCY_KEY)


CompleteVideoUploadArgument = Annotated[
    CompleteVideoUploadInput, strawberry.argument(description="Whose upload is complete.")
]


@strawberry.type(description="The video is gone, with its jobs, metadata and files.")
class DeleteVideoSuccess:
    deleted_video_id: strawberry.ID = strawberry.field(description="The id it had.")


CreateVideoUploadResult = Annotated[
    CreateVideoUploadSuccess | InvalidInputError,
    strawberry.union("CreateVideoUploadResult", description="What createVideoUpload answers."),
]
CompleteVideoUploadResult = Annotated[
    CompleteVideoUploadSuccess | NotFoundError | InvalidInputError | UploadIncompleteError,
    strawberry.union("CompleteVideoUploadResult", description="What completeVideoUpload answers."),
]
DeleteVideoResult = Annotated[
    DeleteVideoSuccess | NotFoundError,
    strawberry.union("DeleteVideoResult", description="What deleteVideo answers."),
]

VideoId = Annotated[strawberry.ID, strawberry.argument(description="Which video.")]


@strawberry.type
class VideoMutations:
    @mutation(
        CreateVideoUploadResult,
        description="Announces a video. Send its file to `upload`, then call completeVideoUpload.",
    )
    async def create_video_upload(self, info: Info, input: CreateVideoUploadArgument) -> CreateVideoUploadSuccess:  # noqa: A002  the contract's name
        context = info.context
        upload = await service.create_video_upload(
            context.database,
            context.storage,
            context.viewer,
            original_filename=input.original_filename,
            content_type=input.content_type,
            size_bytes=input.size_bytes,
            largest=context.largest_upload,
            idempotency_key=given(input.idempotency_key),
        )
        target = UploadTarget(
            url=URL(upload.target.url),
            method=upload.target.method,
            headers=[UploadHeader(name=name, value=value) for name, value in upload.target.headers.items()],
            expires_at=upload.target.expires_at,
            is_resumable=upload.target.is_resumable,
        )
        return CreateVideoUploadSuccess(video_id=upload.video_id, upload=target)

    @mutation(
        CompleteVideoUploadResult,
        description="Call it when the file is sent: the video's first job is queued. Calling it again changes nothing.",
    )
    async def complete_video_upload(self, info: Info, input: CompleteVideoUploadArgument) -> CompleteVideoUploadSuccess:  # noqa: A002  as above
        context = info.context
        video_id = decode_as(Kind.VIDEO, input.video_id, argument="input.videoId")
        done = await service.complete_video_upload(
            context.database,
            context.storage,
            context.viewer,
            video_id,
            idempotency_key=given(input.idempotency_key),
        )
        return CompleteVideoUploadSuccess(video_id=done.video_id, job_id=done.job_id)

    @mutation(
        DeleteVideoResult,
        description="Deletes a video with its jobs, metadata and files, for ever; a job that runs is stopped.",
    )
    async def delete_video(self, info: Info, video_id: VideoId) -> DeleteVideoSuccess:
        context = info.context
        key = decode_as(Kind.VIDEO, video_id, argument="videoId")
        await service.delete_video(context.database, context.storage, context.viewer, key)
        return DeleteVideoSuccess(deleted_video_id=video_id)

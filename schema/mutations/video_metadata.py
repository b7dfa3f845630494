"""Changing metadata."""

from typing import Annotated, cast
from uuid import UUID

import strawberry
from strawberry import UNSET

from schema.context import Info
from schema.fields import relation
from schema.ids import Kind, decode_as
from schema.objects import VideoMetadata
from schema.results import InvalidInputError, NotFoundError, VersionConflictError, mutation
from services import video_metadata as service

CHANGEABLE = ("title", "description", "tags", "show_notes_text")


@strawberry.input(description="What to change. A field left out stays as it is; null clears it.")
class UpdateVideoMetadataInput:
    metadata_id: strawberry.ID = strawberry.field(description="Which metadata.")
    expected_version: int | None = strawberry.field(
        default=UNSET,
        description="The `version` you saw: if somebody changed it since, you get a VersionConflictError instead.",
    )
    title: str | None = strawberry.field(default=UNSET, description="What the video is called; white space is tidied.")
    description: str | None = strawberry.field(default=UNSET, description="What the video is about.")
    tags: list[str] | None = strawberry.field(
        default=UNSET,
        description="Words to find it by; they replace all. White space is tidied; empty ones and repetitions go.",
    )
    show_notes_text: str | None = strawberry.field(default=UNSET, description="Notes to go with the video.")


UpdateVideoMetadataArgument = Annotated[
    UpdateVideoMetadataInput, strawberry.argument(description="What to change, and where.")
]


@strawberry.type(description="The metadata is changed.")
class UpdateVideoMetadataSuccess:
    metadata_id: strawberry.Private[UUID]
    metadata: VideoMetadata = relation(
        lambda loaders: loaders.metadata_by_id,
        key="metadata_id",
        required=True,
        description="The metadata as it is now.",
    )


UpdateVideoMetadataResult = Annotated[
    UpdateVideoMetadataSuccess | NotFoundError | InvalidInputError | VersionConflictError,
    strawberry.union("UpdateVideoMetadataResult", description="What updateVideoMetadata answers."),
]


@strawberry.type
class VideoMetadataMutations:
    @mutation(UpdateVideoMetadataResult, description="Changes what people write about a video.")
    async def update_video_metadata(self, info: Info, input: UpdateVideoMetadataArgument) -> UpdateVideoMetadataSuccess:  # noqa: A002  the contract's name
        metadata_id = decode_as(Kind.METADATA, input.metadata_id, argument="input.metadataId")
        changes = {name: value for name in CHANGEABLE if (value := getattr(input, name)) is not UNSET}
        await service.update_video_metadata(
            info.context.database,
            info.context.viewer,
            metadata_id,
            cast("service.MetadataChanges", changes),
            expected_version=None if input.expected_version is UNSET else input.expected_version,
        )
        return UpdateVideoMetadataSuccess(metadata_id=metadata_id)

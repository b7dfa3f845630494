"""The three entities as GraphQL types. They refer to each other in a circle, so they share this module.

The source of each type is the row of the same name: a plain field is a column, the others say where they come from.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import UNSET, Parent

from database.statements.to_ones import JOB_OF_METADATA, METADATA_OF_JOB, METADATA_OF_VIDEO, VIDEO_OF_JOB
from database.statements.video_job import NEWEST_FIRST
from database.to_one import is_row
from database.video import VideoRow
from database.video_job import ProcessingStatus, StageName, StageStatus, VideoJobRow
from database.video_metadata import SubtitleFormat, VideoMetadataRow
from executor import Ask, attribute, batched, reads
from schema.connection import After, Before, First, Last, Page, PageArguments, PageInfo, count_field
from schema.context import Info
from schema.fields import key_field, newest_job, relation, texts
from schema.ids import Kind
from schema.scalars import URL, BigInt

THUMBNAIL_MEDIA_TYPE = "image/jpeg"
SUBTITLE_MEDIA_TYPES = {SubtitleFormat.VTT: "text/vtt", SubtitleFormat.SRT: "application/x-subrip"}

Statuses = Annotated[
    list[ProcessingStatus] | None,
    strawberry.argument(description="Only jobs with one of these; all when left out."),
]


@strawberry.interface(description="Anything with an id of its own; `node(id:)` finds it again.")
class Node:
    id: strawberry.ID = strawberry.field(description="A prefix that names the type, and 32 hexadecimal digits.")


@strawberry.type(description="A video that was uploaded, or is announced to be.")
class Video(Node):
    id: strawberry.ID = key_field(Kind.VIDEO, description="`video_` and 32 hexadecimal digits.")
    uploader_user_id: strawberry.ID = attribute(
        "uploader_user_id", str, written="str({v})", description="The user it belongs to: the token's `sub`."
    )
    original_filename: str = strawberry.field(description="The file's name where it came from.")
    storage_path: str = strawberry.field(description="Where the file stands in storage.")
    content_type: str = strawberry.field(description="Media type that the uploader announced, such as video/mp4.")
    size_bytes: BigInt = strawberry.field(description="Size of the file in bytes.")
    created_at: datetime = strawberry.field(description="When the upload was announced.")
    updated_at: datetime = strawberry.field(description="When this last changed.")
    status: ProcessingStatus | None = newest_job(
        "status", description="The newest job's status; null before the upload is complete."
    )
    title: str | None = relation(
        lambda loaders: loaders.metadata_of_video,
        to_one=METADATA_OF_VIDEO,
        column="title",
        description="From the newest metadata.",
    )
    latest_job: "VideoJob | None" = newest_job(description="The newest job; null before the upload is complete.")
    metadata: "VideoMetadata | None" = relation(
        lambda loaders: loaders.metadata_of_video,
        to_one=METADATA_OF_VIDEO,
        description="Metadata of the newest completed job.",
    )

    @strawberry.field(
        description="Signed link to the original file, valid for a short time; null until the upload is complete.",
        metadata=reads("uploaded_at", "storage_path", "content_type", "original_filename"),
    )
    def download_url(root: Parent[VideoRow], info: Info) -> URL | None:
        if root.uploaded_at is None:
            return None
        return info.context.link(root.storage_path, root.content_type, filename=root.original_filename)

    @batched(
        key="id",
        join=METADATA_OF_VIDEO,
        column="thumbnail_storage_path",
        inline=False,
        graphql_type=URL | None,
        description="Signed link to a JPEG of 640 pixels width, from the newest metadata.",
    )
    def thumbnail_file_url(info: Info) -> Ask[UUID, VideoMetadataRow | None]:
        context = info.context

        def link(_video: VideoRow, metadata: VideoMetadataRow | None) -> URL | None:
            return context.link_or_none(metadata and metadata.thumbnail_storage_path, THUMBNAIL_MEDIA_TYPE)

        return Ask(context.loaders.metadata_of_video, link)

    @batched(key="id", graphql_type="VideoJobConnection", description="Newest first.")
    def jobs(
        info: Info,
        statuses: Statuses = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Ask[UUID, list[VideoJobRow]]:
        loaders, named = info.context.loaders, tuple(sorted(statuses or ())) or None
        scope = f"Video.jobs {named}"
        request = PageArguments(first, after, last, before).checked(info.context, NEWEST_FIRST, scope)

        async def count(video: VideoRow) -> int:
            row = await loaders.job_count_of_video(named).load(video.id)
            return row.count if row else 0

        def page(video: VideoRow, rows: list[VideoJobRow]) -> Page[VideoJobRow]:
            return Page(request, rows, count, video)

        return Ask(loaders.jobs_of_video(request.window, request.position, named), page)

    @classmethod
    def is_type_of(cls, source: object, _info: Any) -> bool:
        return is_row(source, VideoRow)


@strawberry.type(description="One attempt to process a video.")
class VideoJob(Node):
    id: strawberry.ID = key_field(Kind.JOB, description="`job_` and 32 hexadecimal digits.")
    status: ProcessingStatus = strawberry.field(description="Where the job stands.")
    error_message: str | None = strawberry.field(description="Why the job failed, for people.")
    error_code: str | None = strawberry.field(
        description="Why the job failed, for programs: UNREADABLE_MEDIA, TIMED_OUT, CANCELED, ORIGINAL_MISSING, "
        "ORIGINAL_DAMAGED, PROVIDER_REJECTED, PROVIDER_UNAVAILABLE, STORAGE_UNAVAILABLE, DATABASE_UNAVAILABLE, "
        "WORKER_LOST, INTERNAL_ERROR."
    )
    attempt: int = strawberry.field(description="Counts from 1.")
    created_at: datetime = strawberry.field(description="When the job was queued.")
    updated_at: datetime = strawberry.field(description="When this last changed.")
    started_at: datetime | None = strawberry.field(description="When a worker began.")
    finished_at: datetime | None = strawberry.field(description="When the job ended, well or not.")
    video: Video = relation(
        lambda loaders: loaders.video_by_id,
        key="video_id",
        to_one=VIDEO_OF_JOB,
        required=True,
        description="What is processed.",
    )
    metadata: "VideoMetadata | None" = relation(
        lambda loaders: loaders.metadata_of_job,
        to_one=METADATA_OF_JOB,
        description="What was found; it fills as the stages end.",
    )

    @strawberry.field(description="0 to 1, from the stages.", metadata=reads("status", "processing_stages"))
    def progress(root: Parent[VideoJobRow]) -> float:
        if root.status == ProcessingStatus.COMPLETED:
            return 1.0
        ended = sum(stage["status"] in {StageStatus.DONE, StageStatus.SKIPPED} for stage in root.processing_stages)
        return ended / len(root.processing_stages) if root.processing_stages else 0.0

    @strawberry.field(description="Every stage, in the order of processing.", metadata=reads("processing_stages"))
    def processing_stages(root: Parent[VideoJobRow]) -> list["ProcessingStage"]:
        return [
            ProcessingStage(
                name=StageName(stage["name"]),
                status=StageStatus(stage["status"]),
                started_at=_instant(stage["started_at"]),
                finished_at=_instant(stage["finished_at"]),
                message=stage["message"],
            )
            for stage in root.processing_stages
        ]

    @classmethod
    def is_type_of(cls, source: object, _info: Any) -> bool:
        return is_row(source, VideoJobRow)


@strawberry.type(description="One step of a job.")
class ProcessingStage:
    name: StageName = strawberry.field(description="Which step.")
    status: StageStatus = strawberry.field(description="Where it stands.")
    started_at: datetime | None = strawberry.field(description="When it began.")
    finished_at: datetime | None = strawberry.field(description="When it ended, well or not.")
    message: str | None = strawberry.field(
        description="Why it was skipped, failed or takes its time; or what it found, in short."
    )


@strawberry.type(description="What processing found out about a video, and what its owner made of it.")
class VideoMetadata(Node):
    id: strawberry.ID = key_field(Kind.METADATA, description="`metadata_` and 32 hexadecimal digits.")
    version: int = strawberry.field(
        description="Grows by one with every change, yours or processing's; send it back as `expectedVersion`."
    )
    title: str | None = strawberry.field(description="What the video is called.")
    description: str | None = strawberry.field(description="What the video is about.")
    tags: list[str] = strawberry.field(description="Words to find it by.")
    transcript_text: str | None = texts("transcript_text", description="What is said in the video.")
    extracted_video_duration_seconds: float | None = strawberry.field(description="Length in seconds.")
    extracted_video_resolution: str | None = strawberry.field(description="Width and height in pixels: 1920x1080.")
    extracted_video_format: str | None = strawberry.field(description="Container format: mp4, webm, …")
    show_notes_text: str | None = texts("show_notes_text", description="Notes to go with the video.")
    created_at: datetime = strawberry.field(description="When the first stage wrote a result.")
    updated_at: datetime = strawberry.field(description="When this last changed.")
    job: VideoJob = relation(
        lambda loaders: loaders.job_by_id,
        key="job_id",
        to_one=JOB_OF_METADATA,
        required=True,
        description="The job that found it.",
    )
    video: Video = relation(
        lambda loaders: loaders.video_of_job, key="job_id", required=True, description="The video it is about."
    )

    @strawberry.field(
        description="Signed link to the transcript as a text file.", metadata=reads("transcript_storage_path")
    )
    def transcript_file_url(root: Parent[VideoMetadataRow], info: Info) -> URL | None:
        return info.context.link_or_none(root.transcript_storage_path, "text/plain")

    @strawberry.field(description="Subtitles, by format and language.", metadata=reads("subtitle_files"))
    def subtitle_files(root: Parent[VideoMetadataRow], info: Info) -> list["SubtitleFile"]:
        return [
            SubtitleFile(
                format=SubtitleFormat(file["format"]),
                language=file["language"],
                url=info.context.link(file["storage_path"], SUBTITLE_MEDIA_TYPES[SubtitleFormat(file["format"])]),
            )
            for file in root.subtitle_files
        ]

    @strawberry.field(
        description="Signed link to a JPEG of 640 pixels width.", metadata=reads("thumbnail_storage_path")
    )
    def thumbnail_file_url(root: Parent[VideoMetadataRow], info: Info) -> URL | None:
        return info.context.link_or_none(root.thumbnail_storage_path, THUMBNAIL_MEDIA_TYPE)

    @classmethod
    def is_type_of(cls, source: object, _info: Any) -> bool:
        return is_row(source, VideoMetadataRow)


@strawberry.type(description="Subtitles in one format and language.")
class SubtitleFile:
    format: SubtitleFormat = strawberry.field(description="Which format.")
    language: str | None = strawberry.field(description="ISO 639 code, null where the file does not say.")
    url: URL = strawberry.field(description="Signed link to the file.")


@strawberry.type(description="A video and where it stands in its list.")
class VideoEdge:
    cursor: str = strawberry.field(description="Send it as `after` to go on from here.")
    node: Video = strawberry.field(description="The video itself.")


@strawberry.type(description="A page of videos.")
class VideoConnection:
    edges: list[VideoEdge] = strawberry.field(description="The videos with their cursors.")
    nodes: list[Video] = strawberry.field(description="The videos, without their cursors.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    total_count: int = count_field()


@strawberry.type(description="A job and where it stands in its list.")
class VideoJobEdge:
    cursor: str = strawberry.field(description="Send it as `after` to go on from here.")
    node: VideoJob = strawberry.field(description="The job itself.")


@strawberry.type(description="A page of jobs.")
class VideoJobConnection:
    edges: list[VideoJobEdge] = strawberry.field(description="The jobs with their cursors.")
    nodes: list[VideoJob] = strawberry.field(description="The jobs, without their cursors.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    total_count: int = count_field()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

"""The contract's enums: those of the database, described."""

import enum
from typing import TypeVar

import strawberry

from database.statements.video import VideoOrder
from database.video_job import ProcessingStatus, StageName, StageStatus
from database.video_metadata import SubtitleFormat

EnumT = TypeVar("EnumT", bound=type[enum.Enum])


def _described(cls: EnumT, description: str, **values: str) -> EnumT:
    strawberry.enum(cls, description=description)
    for value in cls.__strawberry_definition__.values:  # type: ignore[attr-defined]  # set by strawberry.enum
        value.description = values[value.name]
    return cls


_described(
    ProcessingStatus,
    "Where a job stands. It ends COMPLETED or FAILED.",
    PENDING="Waiting for a worker.",
    PROCESSING="A worker is at it.",
    COMPLETED="Ended well: the metadata is complete.",
    FAILED="Ended without a result: `errorCode` and `errorMessage` say why.",
)
_described(
    StageName,
    "The steps of processing, in their order.",
    PROBE="Reads duration, resolution and container format.",
    THUMBNAIL="Makes a JPEG picture, 640 pixels wide.",
    SUBTITLES="Makes a WebVTT and a SubRip file of each subtitle track.",
    TRANSCRIPT="Writes down what is said: from subtitles, or as heard by an AI where one is configured.",
    DESCRIPTION="Finds title, description, tags and show notes: from the file's tags and name, or by AI.",
)
_described(
    StageStatus,
    "Where a stage stands. It ends DONE, SKIPPED or FAILED.",
    PENDING="Not begun.",
    RUNNING="A worker is at it.",
    DONE="Ended well: its result is kept.",
    SKIPPED="Does not apply to this video: `message` says why.",
    FAILED="Ended without a result: `message` says why.",
)
_described(
    SubtitleFormat,
    "Formats of subtitle files.",
    VTT="WebVTT, for the `track` element of web pages.",
    SRT="SubRip, for players and editors.",
)
_described(
    VideoOrder,
    "How lists of videos are sorted; equal ones by id.",
    CREATED_AT_DESC="Newest first.",
    CREATED_AT_ASC="Oldest first.",
    ORIGINAL_FILENAME_ASC="By file name.",
    SIZE_BYTES_DESC="Largest first.",
)

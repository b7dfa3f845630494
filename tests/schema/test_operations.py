"""What each operation of `codegen/operations/` costs in statements, however many rows there are."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import OperationType

from database.video import Video
from database.video_job import ProcessingStatus, VideoJob
from database.video_metadata import VideoMetadata
from services.storage import Storage
from tests.support.api import Api
from tests.support.library import Library
from tests.support.typed.documents import OPERATIONS, by_text


@dataclass(frozen=True)
class Rows:
    """What operations are about."""

    video: Video
    announced: Video
    job: VideoJob
    failed: VideoJob
    active: VideoJob
    metadata: VideoMetadata


Given = Callable[[Rows], dict[str, Any]]
UPLOAD = {"originalFilename": "clip.mp4", "contentType": "video/mp4", "sizeBytes": 5}

# Statements, without BEGIN and COMMIT. Rows come with their to-one relations in one; to-ones of the related rows, long
# texts, lists and counts take one each. A mutation reads what it answers after its commit.
BUDGETS: dict[str, tuple[int, Given]] = {
    "Viewer": (1, lambda _: {}),
    "Video": (1, lambda rows: {"id": f"video_{rows.video.id.hex}"}),
    "Videos": (2, lambda _: {"first": 50}),
    "VideoWithJobs": (2, lambda rows: {"id": f"video_{rows.video.id.hex}"}),
    "VideoJob": (1, lambda rows: {"id": f"job_{rows.job.id.hex}"}),
    "VideoJobs": (1, lambda _: {"statuses": ["COMPLETED"], "first": 50}),
    "VideoJobWithDetails": (4, lambda rows: {"id": f"job_{rows.job.id.hex}"}),
    "VideoMetadata": (2, lambda rows: {"id": f"metadata_{rows.metadata.id.hex}"}),
    "SearchTranscripts": (2, lambda _: {"query": "harbour", "first": 50}),
    "CreateVideoUpload": (3, lambda _: {"input": UPLOAD}),
    "CompleteVideoUpload": (7, lambda rows: {"input": {"videoId": f"video_{rows.announced.id.hex}"}}),
    "UpdateVideoMetadata": (
        4,
        lambda rows: {"input": {"metadataId": f"metadata_{rows.metadata.id.hex}", "title": "new"}},
    ),
    "RetryVideoJob": (7, lambda rows: {"jobId": f"job_{rows.failed.id.hex}"}),
    "CancelVideoJob": (4, lambda rows: {"jobId": f"job_{rows.active.id.hex}"}),
    "Home": (2, lambda _: {}),
    "Library": (1, lambda _: {"first": 50}),
    "VideoPage": (3, lambda rows: {"id": f"video_{rows.video.id.hex}"}),
    "DeleteVideo": (7, lambda rows: {"videoId": f"video_{rows.video.id.hex}"}),
}


async def make_rows(library: Library, storage: Storage) -> Rows:
    video, announced = await library.video(), await library.video(uploaded_at=None, size_bytes=5)
    await storage.put(announced.storage_path, b"bytes")
    job = await library.job(video)
    return Rows(
        video=video,
        announced=announced,
        job=job,
        failed=await library.job(await library.video(), ProcessingStatus.FAILED),
        active=await library.job(await library.video(), ProcessingStatus.PENDING),
        metadata=await library.metadata(job, transcript_text="the harbour at dawn"),
    )


def test_every_operation_has_a_budget() -> None:
    live = {name for name, kind in OPERATIONS.items() if kind is OperationType.SUBSCRIPTION}
    assert set(BUDGETS) | live == set(OPERATIONS)


@pytest.mark.parametrize("name", BUDGETS)
@pytest.mark.parametrize("others", [0, 40])
async def test_operations_keep_to_their_budgets(
    api: Api, library: Library, storage: Storage, name: str, others: int
) -> None:
    await library.processed_videos(others, jobs=2)
    rows = await make_rows(library, storage)
    budget, given = BUDGETS[name]
    warm_up = [api.data("{ videos { nodes { jobs { nodes { id } } } } }"), api.data(ALL_TYPES)]
    for operation in warm_up:
        await operation  # asyncpg asks once a connection what our types are
    async with api.statements() as statements:
        response = await api.post({**by_text(name), "variables": given(rows)})
    answer = response.json()
    assert "errors" not in answer, answer
    counted = without_overhead(statements)
    assert len(counted) == budget, "\n\n".join(counted)


def without_overhead(statements: list[str]) -> list[str]:
    """Those that an operation is about."""
    overhead = r"\s*(BEGIN|COMMIT|WITH RECURSIVE typeinfo|SELECT\s+(current_setting|set_config))"
    return [sql for sql in statements if not re.match(overhead, sql)]


ALL_TYPES = "{ videos { nodes { metadata { tags subtitleFiles { url } } } } videoJobs { nodes { status } } }"

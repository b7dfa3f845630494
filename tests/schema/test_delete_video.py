"""Deleting a video: its rows, its queue entries and its files, and nothing of it is left behind by a crash."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text, update

from database.engine import Database
from database.storage_deletion import StorageDeletion
from database.video import Video
from database.video_job import ProcessingStatus, VideoJob
from database.video_metadata import VideoMetadata
from server.settings import Settings
from services.deletion import LONGEST_WRITE, note_deletion, sweep_deletions
from services.queue import enqueue_job
from services.storage import Storage
from tests.schema.test_cancel_video_job import CANCEL
from tests.schema.test_upload import create, send
from tests.support.api import Api
from tests.support.library import Library

DELETE = """
mutation ($id: ID!) {
  deleteVideo(videoId: $id) {
    __typename
    ... on DeleteVideoSuccess { deletedVideoId }
    ... on NotFoundError { id message }
  }
}
"""


async def delete(api: Api, video_id: UUID) -> dict[str, Any]:
    result: dict[str, Any] = (await api.data(DELETE, id=f"video_{video_id.hex}"))["deleteVideo"]
    return result


async def rows(database: Database) -> tuple[int, ...]:
    """How many videos, jobs, metadata and queue entries there are."""
    async with database.transaction() as session:
        counts = [await session.scalar(select(func.count()).select_from(t)) for t in (Video, VideoJob, VideoMetadata)]
        return (*(count or 0 for count in counts), (await session.scalars(text("SELECT count(*) FROM pgqueuer"))).one())


async def deletions(database: Database) -> int:
    async with database.transaction() as session:
        return (await session.scalars(select(func.count()).select_from(StorageDeletion))).one()


async def age_deletions(database: Database, by: timedelta) -> None:
    async with database.transaction() as session:
        await session.execute(
            update(StorageDeletion).values(
                created_at=StorageDeletion.created_at - by, due_at=StorageDeletion.due_at - by
            )
        )


@pytest.fixture
def files(settings: Settings) -> Path:
    return settings.data / "files"


def stored(files: Path) -> list[Path]:
    return [path for path in files.rglob("*") if path.is_file()]


async def stored_video(library: Library, storage: Storage) -> Video:
    """A video with a file, a job that ended with a thumbnail, and one that waits."""
    video = await library.video()
    done = await library.job(video)
    thumbnail = f"videos/{video.id.hex}/jobs/{done.id.hex}/thumbnail.jpg"
    await library.metadata(done, thumbnail_storage_path=thumbnail)
    for path in (video.storage_path, thumbnail):
        await storage.put(path, b"bytes")
    waiting = await library.job(video, ProcessingStatus.PENDING)
    async with library.database.transaction() as session:
        await enqueue_job(session, waiting.id)
    return video


async def test_rows_entries_and_files_go_and_those_of_others_stay(
    api: Api, database: Database, storage: Storage, library: Library, files: Path
) -> None:
    kept, gone = await stored_video(library, storage), await stored_video(library, storage)
    assert await rows(database) == (2, 4, 2, 2)
    assert await delete(api, gone.id) == {
        "__typename": "DeleteVideoSuccess",
        "deletedVideoId": f"video_{gone.id.hex}",
    }
    assert await rows(database) == (1, 2, 1, 1)
    assert [path.name for path in (files / "videos").iterdir()] == [kept.id.hex]
    assert await storage.size(kept.storage_path) == 5
    (left,) = (await api.run("Videos"))["videos"]["nodes"]
    assert left["id"] == f"video_{kept.id.hex}"


async def test_deleting_again_finds_nothing_also_at_once(
    api: Api, database: Database, storage: Storage, library: Library
) -> None:
    video = await stored_video(library, storage)
    results = await asyncio.gather(*(delete(api, video.id) for _ in range(10)))
    assert sorted(result["__typename"] for result in results) == ["DeleteVideoSuccess"] + ["NotFoundError"] * 9
    assert await deletions(database) == 1


async def test_a_stranger_finds_nothing(api: Api, database: Database, library: Library, storage: Storage) -> None:
    video = await stored_video(library, storage)
    before = await rows(database)
    assert await delete(api.signed_in(uuid4()), video.id) == {
        "__typename": "NotFoundError",
        "id": f"video_{video.id.hex}",
        "message": "No video of yours has this id.",
    }
    assert await rows(database) == before
    assert await storage.size(video.storage_path) == 5


async def test_what_a_crash_left_behind_is_swept(database: Database, storage: Storage, library: Library) -> None:
    video = await stored_video(library, storage)
    async with database.transaction() as session:  # as far as a deletion that crashes after its commit gets
        note_deletion(session, f"videos/{video.id.hex}")
        await session.delete(await session.get_one(Video, video.id))
    await asyncio.gather(*(sweep_deletions(database, storage) for _ in range(3)))
    assert await storage.size(video.storage_path) is None


async def test_storage_that_fails_keeps_no_row_and_is_tried_again(
    api: Api, storage: Storage, library: Library, files: Path, caplog: pytest.LogCaptureFixture
) -> None:
    video = await stored_video(library, storage)
    blocked, aside = files / "videos" / video.id.hex, files / "aside"
    blocked.rename(aside)
    blocked.symlink_to(blocked)  # nobody can look into a link to itself
    assert (await delete(api, video.id))["__typename"] == "DeleteVideoSuccess"
    blocked.unlink()
    aside.rename(blocked)
    assert "not deleted yet" in caplog.text
    await sweep_deletions(library.database, storage)
    assert await storage.size(video.storage_path) is None


async def test_a_file_that_comes_late_goes_too_and_then_the_deletion_is_forgotten(
    api: Api, database: Database, storage: Storage, files: Path
) -> None:
    created = await create(api)
    video_id = UUID(created["video"]["id"].removeprefix("video_"))
    await delete(api, video_id)
    assert await send(api, created, b"bytes") == 201  # the link is still good, but leads nowhere
    assert await storage.size(created["video"]["storagePath"]) == 5

    await sweep_deletions(database, storage)
    assert await deletions(database) == 1  # somebody may still be writing
    await age_deletions(database, storage.upload_lifetime + LONGEST_WRITE)
    await sweep_deletions(database, storage)
    assert stored(files) == []
    assert await deletions(database) == 0


async def test_canceling_and_deleting_at_once_do_not_wait_for_each_other(api: Api, library: Library) -> None:
    for _ in range(10):
        video = await library.video()
        job = await library.job(video, ProcessingStatus.PENDING)
        async with library.database.transaction() as session:
            await enqueue_job(session, job.id)
        canceled, deleted = await asyncio.gather(api.execute(CANCEL, id=f"job_{job.id.hex}"), delete(api, video.id))
        assert deleted["__typename"] == "DeleteVideoSuccess"
        if canceled["data"] is None:  # canceled, but the job was gone when it was to be shown
            assert [error["extensions"]["code"] for error in canceled["errors"]] == ["NOT_FOUND"]


async def test_a_malformed_id_is_bad_input(api: Api) -> None:
    for malformed in ("", "video_1", f"job_{uuid4().hex}", "video_\0", "😀" * 1000):
        assert (await api.error(DELETE, id=malformed))["extensions"]["code"] == "BAD_USER_INPUT"

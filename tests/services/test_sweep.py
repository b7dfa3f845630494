"""What the sweep takes with it, and above all what it leaves alone."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from database.engine import Database
from database.storage_deletion import StorageDeletion
from database.video import Video
from database.video_job import ProcessingStatus
from server.settings import Settings
from server.stores import open_storage
from services import sweep_orphans as orphans
from services.errors import NotFoundError
from services.storage import FolderStorage, Storage
from services.sweep import sweep, sweep_orphans
from services.video import complete_video_upload, create_video_upload
from tests.support.api import statements
from tests.support.library import Library
from tests.support.object_store import CREDENTIALS, ObjectStore

LONG_AGO = timedelta(days=3)
KEPT = timedelta(days=1)


@pytest.fixture
def aged(settings: Settings) -> Callable[[str], None]:
    """Makes a file of the folder one that was written days ago."""

    def age(path: str) -> None:
        instant = (datetime.now(UTC) - LONG_AGO).timestamp()
        os.utime(settings.data / "files" / path, (instant, instant))

    return age


@pytest.fixture(params=["folder", "S3"])
def any_storage(request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Storage:
    """Each kind of storage."""
    if request.param == "folder":
        return open_storage(settings)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    store: ObjectStore = request.getfixturevalue("object_store")
    return open_storage(settings.model_copy(update={"storage_url": store.url(store.bucket())}))


async def paths(storage: Storage) -> set[str]:
    return {
        listed.path for folder in ("videos", "incoming") for listed in [found async for found in storage.list(folder)]
    }


async def test_files_without_a_row_go_and_files_with_one_stay(
    any_storage: Storage, database: Database, library: Library
) -> None:
    """Whatever their age: what a stage has just written is older than nothing, and its job may yet refer to it."""
    running = await library.job(await library.video(), ProcessingStatus.PROCESSING)
    ended = await library.job(await library.video(), ProcessingStatus.FAILED)
    coming = await library.video(uploaded_at=None)
    results, gone = f"videos/{ended.video_id.hex}/jobs/{ended.id.hex}", uuid4().hex
    subtitles = {"storage_path": f"{results}/subtitles/1.vtt", "language": "eng", "format": "VTT"}
    await library.metadata(ended, thumbnail_storage_path=f"{results}/thumbnail.jpg", subtitle_files=[subtitles])
    here, job = running.video_id.hex, running.id.hex
    kept = {
        f"videos/{here}/original",
        f"videos/{here}/jobs/{job}/thumbnail.jpg",
        f"videos/{here}/jobs/{job}/subtitles/1.vtt",
        f"{results}/thumbnail.jpg",
        f"{results}/subtitles/1.vtt",
        f"videos/{coming.id.hex}/original",
        f"incoming/videos/{coming.id.hex}/original",
        "videos/README.txt",
        f"videos/{gone[:-1]}/original",
    }
    orphaned = {
        f"videos/{gone}/original",
        f"videos/{gone}/jobs/{job}/thumbnail.jpg",
        f"videos/{here}/jobs/{gone}/thumbnail.jpg",
        f"{results}/transcript.txt",
        f"incoming/videos/{gone}/original",
        f"incoming/videos/{here}/original",
        f"incoming/{gone}",
    }
    for path in kept | orphaned:
        await any_storage.put(path, b"bytes")
    assert await sweep_orphans(database, any_storage, older_than=timedelta(0)) == len(orphaned)
    assert await paths(any_storage) == kept
    assert await sweep_orphans(database, any_storage, older_than=timedelta(0)) == 0


async def test_what_was_written_lately_is_left_alone(
    database: Database, storage: Storage, aged: Callable[[str], None]
) -> None:
    old, new = (f"videos/{uuid4().hex}/original" for _ in range(2))
    old_draft, new_draft = (f"incoming/{uuid4().hex}" for _ in range(2))
    for path in (old, new, old_draft, new_draft):
        await storage.put(path, b"bytes")
    aged(old)
    aged(old_draft)
    assert await sweep_orphans(database, storage) == 2
    assert await paths(storage) == {new, new_draft}


async def test_an_upload_that_is_arriving_is_left_alone(
    database: Database, storage: FolderStorage, library: Library
) -> None:
    video = await library.video(uploaded_at=None, created_at=datetime.now(UTC))
    swept = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"first half, "
        await swept.wait()
        yield b"second half"

    writing = asyncio.create_task(storage.write_new(video.storage_path, body(), expected_bytes=23))
    await asyncio.sleep(0.1)
    await sweep(database, storage, events_kept=KEPT)
    await sweep_orphans(database, storage)
    swept.set()
    await writing
    assert await storage.size(video.storage_path) == 23


async def test_a_store_of_any_size_is_compared_a_page_at_a_time(
    database: Database, storage: Storage, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orphans, "PAGE", 5)
    kept = {(await library.video()).storage_path for _ in range(12)}
    orphaned = {f"videos/{uuid4().hex}/original" for _ in range(11)}
    for path in kept | orphaned:
        await storage.put(path, b"bytes")
    async with statements(database) as seen:
        assert await sweep_orphans(database, storage, older_than=timedelta(0)) == len(orphaned)
    assert sum("video_jobs" in statement for statement in seen) == 5, "a question for each page"
    assert await paths(storage) == kept


async def test_uploads_that_nobody_completes_go_with_what_arrived_of_them(
    database: Database, storage: Storage, library: Library
) -> None:
    abandoned = await library.video(uploaded_at=None)  # years ago
    complete = await library.video()
    link_is_valid = await library.video(uploaded_at=None, created_at=datetime.now(UTC))
    # With its idempotency key, a link that is valid for an hour can be had for a day, and used for another one.
    may_be_sending = await library.video(uploaded_at=None, created_at=datetime.now(UTC) - timedelta(hours=48))
    everything = (abandoned, complete, link_is_valid, may_be_sending)
    for video in everything:
        await storage.put(video.storage_path, b"bytes")
    await sweep(database, storage, events_kept=KEPT)
    async with database.transaction() as session:
        assert set(await session.scalars(select(Video.id))) == {video.id for video in everything[1:]}
        (again,) = await session.scalars(select(StorageDeletion))
        assert again.prefix == f"videos/{abandoned.id.hex}", "and again when nobody can be sending any more"
    assert await paths(storage) == {video.storage_path for video in everything[1:]}


async def test_more_uploads_than_one_transaction_takes(database: Database, storage: Storage, library: Library) -> None:
    async with database.transaction() as session:
        session.add_all([library._video(uploaded_at=None) for _ in range(250)])
    await sweep(database, storage, events_kept=KEPT)
    async with database.transaction() as session:
        assert (await session.scalars(text("SELECT count(*) FROM videos"))).one() == 0


async def test_an_upload_that_is_being_completed_is_left_alone(
    database: Database, storage: Storage, library: Library
) -> None:
    video = await library.video(uploaded_at=None, size_bytes=5)
    await storage.put(video.storage_path, b"bytes")
    async with database.transaction() as session:
        await session.execute(select(Video).where(Video.id == video.id).with_for_update())
        async with asyncio.timeout(5):
            await sweep(database, storage, events_kept=KEPT)
    await complete_video_upload(database, storage, library.owner, video.id)
    await sweep(database, storage, events_kept=KEPT)
    assert await storage.size(video.storage_path) == 5


async def test_who_completes_too_late_hears_that_it_is_gone(
    database: Database, storage: Storage, library: Library
) -> None:
    upload = await create_video_upload(
        database, storage, library.owner, original_filename="a", content_type="video/mp4", size_bytes=1, largest=1
    )
    async with database.transaction() as session:
        await session.execute(text("UPDATE videos SET created_at = now() - interval '3 days'"))
    await sweep(database, storage, events_kept=KEPT)
    with pytest.raises(NotFoundError):
        await complete_video_upload(database, storage, library.owner, upload.video_id)


async def test_old_events_and_keys_are_forgotten(database: Database, storage: Storage, library: Library) -> None:
    await library.job(await library.video())
    for _ in range(2):
        await create_video_upload(
            database,
            storage,
            library.owner,
            original_filename="a",
            content_type="video/mp4",
            size_bytes=1,
            largest=1,
            idempotency_key="a key",
        )
    async with database.transaction() as session:
        await session.execute(text("UPDATE idempotency_keys SET created_at = now() - interval '2 days'"))
        await session.execute(text("UPDATE video_job_events SET noted_at = now() - interval '2 days'"))
    await sweep(database, storage, events_kept=KEPT)
    async with database.transaction() as session:
        for table in ("idempotency_keys", "video_job_events"):
            assert (await session.scalars(text(f"SELECT count(*) FROM {table}"))).one() == 0  # noqa: S608  no input


async def test_the_sweep_of_uploads_goes_through_an_index(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "EXPLAIN SELECT id FROM videos WHERE uploaded_at IS NULL AND created_at < now() ORDER BY created_at"
        assert "ix_videos_incomplete" in "\n".join(await session.scalars(text(plan)))

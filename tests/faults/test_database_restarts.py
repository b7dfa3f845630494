"""PostgreSQL is restarted while people upload, watch, and workers work: they all go on, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from database.engine import Database
from database.migrate import migrate
from database.video import Video
from database.video_job import VideoJob
from database.video_job_event import VideoJobEvent
from processing.pipeline import Pipeline
from tests.support.patient_client import CURSOR, Acknowledged, PatientClient, patient_client
from tests.support.processed import (
    assert_ended_once,
    ended_job,
    eventually,
    outcome_of,
    referred_files,
    stored_files,
    undisturbed,
)
from tests.support.processes import running, wait_until_ready
from tests.support.restarts import FAST, IMMEDIATE, Restarts, restartable_postgres
from tests.support.small_clips import SmallClip

UPLOADERS = 3
# Between two restarts so many uploads come through.
UPLOADS = 4
RESTARTS = ((FAST, 0.0), (IMMEDIATE, 0.0), (FAST, 3.0), (IMMEDIATE, 1.0))


@pytest.fixture
def restarts(open_folder: Path) -> Iterator[Restarts]:
    with restartable_postgres(open_folder / "restarts") as restarts:
        yield restarts


@pytest.fixture
async def database(restarts: Restarts) -> AsyncIterator[Database]:
    database = Database(restarts.url)
    await migrate(database.engine)
    yield database
    await database.close()


@pytest.fixture
def database_url(restarts: Restarts) -> str:
    """What the processes are told."""
    return restarts.url


@pytest.fixture
async def url(env: dict[str, str]) -> AsyncIterator[str]:
    """Address of a server; it and two workers must be there to the end, and then stop without a fault."""
    url = f"http://127.0.0.1:{env['REELGRAPH_PORT']}"
    with running("serve", env=env), running("worker", env=env), running("worker", env=env):
        await asyncio.to_thread(wait_until_ready, url)
        yield url


class Uploaders:
    """People who upload one video after the other until they are told to stop."""

    def __init__(self, client: PatientClient, clips: Mapping[str, SmallClip]) -> None:
        self.acknowledged: dict[Acknowledged, SmallClip] = {}
        self.stop = asyncio.Event()
        self._client = client
        self._clips = cycle(clips.values())

    async def upload(self) -> None:
        """Be one of them."""
        while not self.stop.is_set():
            clip = next(self._clips)
            self.acknowledged[await self._client.upload(clip)] = clip

    async def more(self, count: int) -> None:
        """Return when so many more uploads have come through."""
        until = len(self.acknowledged) + count
        await eventually(lambda: len(self.acknowledged) >= until, what="more uploads come through")


async def log_of(database: Database, owner: UUID) -> list[dict[str, Any]]:
    """What who follows an owner's jobs should have seen."""
    async with database.transaction() as session:
        mine = select(VideoJobEvent).where(VideoJobEvent.uploader_user_id == owner).order_by(VideoJobEvent.position)
        events = (await session.scalars(mine)).all()
    shown = ("name", "status", "message")
    return [
        {
            "id": f"job_{event.id.hex}",
            "status": event.status,
            "attempt": event.attempt,
            "errorCode": event.error_code,
            "processingStages": [{key: dict(stage)[key] for key in shown} for stage in event.processing_stages],
        }
        for event in events
    ]


async def assert_all_there(database: Database, acknowledged: Mapping[Acknowledged, SmallClip], owner: UUID) -> None:
    """Each upload that was acknowledged made one video and one job; nothing else did."""
    async with database.transaction() as session:
        videos = (await session.scalars(select(Video).where(Video.uploader_user_id == owner))).all()
        jobs = (await session.scalars(select(VideoJob).where(VideoJob.uploader_user_id == owner))).all()
    assert all(video.uploaded_at for video in videos)
    assert len(jobs) == len(videos)
    assert {Acknowledged(job.video_id, job.id) for job in jobs} == acknowledged.keys()


@asynccontextmanager
async def watching(url: str, token: str) -> AsyncIterator[list[dict[str, Any]]]:
    """What somebody sees who follows the jobs from now on, and comes back when cut off."""
    seen: list[dict[str, Any]] = []
    async with patient_client(url, token) as client:
        cursor = (await client.insist(CURSOR))["videoJobEventsCursor"]
        following = asyncio.create_task(client.follow(cursor, seen))
        try:
            yield seen
        finally:
            following.cancel()
            await asyncio.wait((following,))


async def test_everybody_goes_on_after_restarts(
    restarts: Restarts,
    pipeline: Pipeline,
    url: str,
    clips: Mapping[str, SmallClip],
    files: Path,
    *,
    viewer: UUID,
    access_token: str,
) -> None:
    database = pipeline.database
    expected = await undisturbed(pipeline, clips.values())
    async with patient_client(url, access_token) as client, watching(url, access_token) as seen:
        uploaders = Uploaders(client, clips)
        async with asyncio.TaskGroup() as group:
            for _ in range(UPLOADERS):
                group.create_task(uploaders.upload())
            for way, away_seconds in RESTARTS:
                await uploaders.more(UPLOADS)
                await asyncio.to_thread(restarts.restart, way, away_seconds=away_seconds)
            await uploaders.more(UPLOADS)
            uploaders.stop.set()
        for upload in uploaders.acknowledged:
            await ended_job(database, upload.job_id)
        log = await log_of(database, viewer)
        await eventually(lambda: len(seen) >= len(log), what="the watcher has seen everything")
    assert seen == log
    assert client.failures > 0
    await assert_ended_once(database)
    await assert_all_there(database, uploaders.acknowledged, viewer)
    for upload, clip in uploaders.acknowledged.items():
        assert await outcome_of(database, upload.job_id) == expected[clip.kind]
    assert stored_files(files) == await referred_files(database)

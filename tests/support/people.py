"""People who use a server whatever happens to it, each sure of what they were told; and what must be true of that."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select

from database.engine import Database
from database.video import Video
from database.video_job import VideoJob
from database.video_job_event import VideoJobEvent
from database.video_metadata import VideoMetadata
from tests.support.patient_client import CURSOR, Acknowledged, PatientClient, patient_client
from tests.support.processed import eventually
from tests.support.small_clips import SmallClip

EDIT = """mutation ($id: ID!, $version: Int!, $title: String!) {
  updateVideoMetadata(input: {metadataId: $id, expectedVersion: $version, title: $title}) {
    __typename
    ... on UpdateVideoMetadataSuccess { metadata { version title } }
  }
}"""
LOOK = "query ($id: ID!) { node(id: $id) { ... on VideoMetadata { version title } } }"
READ = "{ viewer { videoCount } videos(first: 10) { nodes { id jobs { nodes { status } } } } }"
# What may be said while a server or its database is away.
AWAY = {"UNAVAILABLE", "OVERLOADED"}


@dataclass
class Said:
    """What a server said to its clients: how often it answered, refused, or something else, which it may not."""

    answered: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def listen(self, client: PatientClient) -> None:
        """Take note of every answer to a client."""
        client._client._http.event_hooks["response"].append(self._note)

    async def _note(self, response: httpx.Response) -> None:
        if response.headers.get("content-type", "").startswith("text/event-stream"):
            return
        text = (await response.aread()).decode()
        try:
            errors = response.json().get("errors", [])
        except ValueError:
            self.faults.append(f"{response.status_code} {text}")
            return
        codes = {error["extensions"]["code"] for error in errors}
        if response.status_code == 200 and not codes:
            self.answered += 1
        elif response.status_code == 503 and len(codes) == 1 and codes <= AWAY:
            self.refused[codes.pop()] += 1
        else:
            self.faults.append(f"{response.status_code} {text}")


class Uploaders:
    """People who upload one video after the other until they are told to stop."""

    def __init__(self, client: PatientClient, clips: Iterable[SmallClip], *, pause: float = 0) -> None:
        self.acknowledged: dict[Acknowledged, SmallClip] = {}
        self.stop = asyncio.Event()
        self._client = client
        self._clips = cycle(clips)
        self._pause = pause

    async def upload(self) -> None:
        """Be one of them."""
        while not self.stop.is_set():
            clip = next(self._clips)
            self.acknowledged[await self._client.upload(clip)] = clip
            await asyncio.sleep(self._pause)

    async def more(self, count: int) -> None:
        """Return when so many more uploads have come through."""
        until = len(self.acknowledged) + count
        await eventually(lambda: len(self.acknowledged) >= until, what="more uploads come through")


class Editor:
    """Somebody who changes one video's title again and again, and is the only one who does."""

    def __init__(self, client: PatientClient, metadata_id: UUID) -> None:
        self.version = 1
        self.guessed = 0
        self._client = client
        self._id = metadata_id

    @property
    def title(self) -> str:
        """What they last wrote."""
        return f"Title {self.version}"

    async def edit_until(self, stop: asyncio.Event, *, pause: float) -> None:
        """Change it until told to stop. An answer that was lost shows in the version, which has then moved by one."""
        while not stop.is_set():
            given = {"id": f"metadata_{self._id.hex}", "version": self.version, "title": f"Title {self.version + 1}"}
            result = (await self._client.insist(EDIT, **given))["updateVideoMetadata"]
            now = result.get("metadata")
            if now is None:
                assert result == {"__typename": "VersionConflictError"}
                self.guessed += 1
                now = (await self._client.insist(LOOK, id=given["id"]))["node"]
            assert now == {"version": self.version + 1, "title": given["title"]}
            self.version += 1
            await asyncio.sleep(pause)

    async def assert_kept(self, database: Database) -> None:
        """Each change was made once, and the last one is there."""
        async with database.transaction() as session:
            metadata = await session.get_one(VideoMetadata, self._id)
        assert (metadata.version, metadata.title) == (self.version, self.title)


async def read_until(stop: asyncio.Event, client: PatientClient, *, pause: float) -> None:
    """Look at the library again and again until told to stop."""
    while not stop.is_set():
        await client.insist(READ)
        await asyncio.sleep(pause)


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

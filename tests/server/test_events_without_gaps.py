"""Who follows the log sees exactly what is in it, however often the connection is cut and whoever writes."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from database.engine import Database
from database.video_job import ProcessingStatus
from server.settings import Settings
from services.storage import Storage
from tests.support.api import Api
from tests.support.library import Library
from tests.support.live import events, listening

CUTS = 100
WRITERS = 4
LAST = 1_000_000
SUBSCRIPTION = """subscription ($after: String) {
  videoJobEvents(after: $after) { cursor job { id attempt } }
}"""

# What a reader of positions would be given by a plain serial number: drawn when a row changes, not when it commits.
PLAIN_SERIAL = (
    "DROP TRIGGER note_updated ON video_jobs",
    """CREATE OR REPLACE FUNCTION reelgraph_note_job_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO video_job_events (uploader_user_id, id, video_id, status, processing_stages, error_message,
            error_code, attempt, started_at, finished_at, created_at, updated_at)
        VALUES (NEW.uploader_user_id, NEW.id, NEW.video_id, NEW.status, NEW.processing_stages, NEW.error_message,
            NEW.error_code, NEW.attempt, NEW.started_at, NEW.finished_at, NEW.created_at, NEW.updated_at);
        PERFORM pg_notify('reelgraph_video_job_events', NEW.uploader_user_id::text);
        RETURN NULL;
    END $$""",
    "CREATE TRIGGER note_updated AFTER UPDATE ON video_jobs FOR EACH ROW EXECUTE FUNCTION reelgraph_note_job_event()",
)


Seen = list[tuple[str, int]]


@dataclass(frozen=True)
class Run:
    """What happens in one run: four writers, and a client whose connection is cut `cuts` times."""

    database: Database
    url: str
    headers: dict[str, str]
    jobs: list[UUID]
    cursor: str
    cuts: int
    seen: Seen = field(default_factory=list)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self, writer: int) -> None:
        """Change jobs of one's own, several in a transaction; the first writer's commit later than the others'."""
        jobs, chance, count = self.jobs[writer:-1:WRITERS], random.Random(writer), 0
        while not self.stop.is_set():
            async with self.database.transaction() as session:
                for job_id in chance.sample(jobs, chance.randint(1, len(jobs))):
                    count += 1
                    change = text("UPDATE video_jobs SET attempt = :count WHERE id = :id")
                    await session.execute(change, {"count": count, "id": job_id})
                await asyncio.sleep(chance.random() * 0.05)
                if writer == 0:
                    await self._others_seen()
            await asyncio.sleep(chance.random() * 0.02)

    async def _others_seen(self) -> None:
        """Return when the client has seen some of what was written since."""
        already = len(self.seen)
        while len(self.seen) < already + 5 and not self.stop.is_set():
            await asyncio.sleep(0.005)

    async def follow(self) -> None:
        """See what comes, through all cuts; then have the writers stop."""
        chance, cursor = random.Random(7), self.cursor
        for _ in range(self.cuts):
            async with self._events(cursor) as answers, asyncio.timeout(20):
                for _ in range(chance.randint(1, 12)):
                    cursor = self._take(await anext(answers))
        self.stop.set()
        async with self._events(cursor) as answers, asyncio.timeout(20):
            # The writers end by changing what tells that nothing more will come.
            while self.seen[-1:] != [(f"job_{self.jobs[-1].hex}", LAST)]:
                self._take(await anext(answers))

    def _events(self, cursor: str) -> AbstractAsyncContextManager[AsyncIterator[Any]]:
        return events(self.url, self.headers, SUBSCRIPTION, after=cursor)

    def _take(self, answer: Any) -> str:
        event = answer["data"]["videoJobEvents"]
        self.seen.append((event["job"]["id"], event["job"]["attempt"]))
        cursor: str = event["cursor"]
        return cursor

    async def run(self) -> None:
        """Run until the client has seen the last change."""
        async with asyncio.TaskGroup() as following:
            following.create_task(self.follow())
            async with asyncio.TaskGroup() as writing:
                for writer in range(WRITERS):
                    writing.create_task(self.write(writer))
            async with self.database.transaction() as session:
                change = text("UPDATE video_jobs SET attempt = :last WHERE id = :id")
                await session.execute(change, {"last": LAST, "id": self.jobs[-1]})


async def seen_and_written(api: Api, library: Library, url: str, cuts: int) -> tuple[Seen, Seen]:
    """What the client saw, and what stands in the table."""
    database, processing = library.database, ProcessingStatus.PROCESSING
    jobs = [(await library.job(await library.video(), processing)).id for _ in range(3 * WRITERS)]
    jobs.append((await library.job(await library.video(), processing)).id)
    cursor = (await api.data("{ videoJobEventsCursor }"))["videoJobEventsCursor"]
    async with database.transaction() as session:
        start = (await session.scalars(text("SELECT max(position) FROM video_job_events"))).one()
    run = Run(database, url, api.headers, jobs, cursor, cuts)
    await run.run()
    log = "SELECT id, attempt FROM video_job_events WHERE position > :start ORDER BY position"
    async with database.transaction() as session:
        written = [(f"job_{row.id.hex}", row.attempt) for row in await session.execute(text(log), {"start": start})]
    return run.seen, written


async def test_who_is_cut_off_a_hundred_times_sees_exactly_what_is_in_the_log(
    settings: Settings, database: Database, storage: Storage, library: Library, api: Api
) -> None:
    async with listening(settings, database, storage) as url:
        seen, written = await seen_and_written(api, library, url, CUTS)
    assert len(written) > CUTS
    assert seen == written
    for job in {job for job, _ in seen}:
        attempts = [attempt for known, attempt in seen if known == job]
        assert attempts == sorted(attempts)


async def test_with_a_plain_serial_number_some_would_be_missed(
    settings: Settings, database: Database, storage: Storage, library: Library, api: Api
) -> None:
    async with database.transaction() as session:
        for statement in PLAIN_SERIAL:
            await session.execute(text(statement))
    async with listening(settings, database, storage) as url:
        seen, written = await seen_and_written(api, library, url, 20)
    assert set(seen) < set(written)


@pytest.mark.parametrize("by_video", [False, True])
async def test_what_was_missed_comes_first_then_what_happens(
    settings: Settings, database: Database, storage: Storage, library: Library, api: Api, *, by_video: bool
) -> None:
    videos = [await library.video() for _ in range(2)]
    cursor = (await api.data("{ videoJobEventsCursor }"))["videoJobEventsCursor"]
    jobs = [await library.job(video, ProcessingStatus.PROCESSING) for video in videos]
    query = """subscription ($video: ID, $after: String) {
      videoJobEvents(videoId: $video, after: $after) { job { id } }
    }"""
    video = f"video_{videos[0].id.hex}" if by_video else None
    async with (
        listening(settings, database, storage) as url,
        events(url, api.headers, query, video=video, after=cursor) as answers,
    ):
        known = [await anext(answers) for _ in jobs[: 1 if by_video else 2]]
        async with database.transaction() as session:
            await session.execute(text("UPDATE video_jobs SET attempt = 2 WHERE id = :id"), {"id": jobs[1].id})
            await session.execute(text("UPDATE video_jobs SET attempt = 2 WHERE id = :id"), {"id": jobs[0].id})
        live = [await anext(answers) for _ in known]
    ids = [answer["data"]["videoJobEvents"]["job"]["id"] for answer in known + live]
    first, second = (f"job_{job.id.hex}" for job in jobs)
    assert ids == ([first, first] if by_video else [first, second, second, first])


async def test_who_is_connected_misses_nothing(
    settings: Settings, database: Database, storage: Storage, library: Library, api: Api
) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PROCESSING)
    async with listening(settings, database, storage) as url:
        for attempt in range(2, 22):
            async with events(url, api.headers, SUBSCRIPTION) as answers, asyncio.timeout(10):
                async with database.transaction() as session:
                    await session.execute(text("UPDATE video_jobs SET attempt = :attempt"), {"attempt": attempt})
                event = (await anext(answers))["data"]["videoJobEvents"]
                assert event["job"] == {"id": f"job_{job.id.hex}", "attempt": attempt}

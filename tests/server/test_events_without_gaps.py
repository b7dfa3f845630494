"""Who follows the log sees exactly what is in it, however often the connection is cut and whoever writes."""

import asyncio
import random
from uuid import UUID

import httpx
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
SUBSCRIPTION = """subscription ($after: String) {
  videoJobEvents(after: $after) { cursor job { id attempt errorMessage } }
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


async def write(database: Database, jobs: list[UUID], writer: int, stop: asyncio.Event) -> None:
    """Change jobs of one's own, several in a transaction, which takes its time before it commits."""
    chance, count = random.Random(writer), 0
    while not stop.is_set():
        async with database.transaction() as session:
            for job_id in chance.sample(jobs, chance.randint(1, len(jobs))):
                count += 1
                change = text("UPDATE video_jobs SET attempt = :count, error_message = :writer WHERE id = :id")
                await session.execute(change, {"count": count, "writer": str(writer), "id": job_id})
            await asyncio.sleep(chance.random() * 0.05)
        await asyncio.sleep(chance.random() * 0.02)


async def follow(
    url: str, headers: dict[str, str], cursor: str, cuts: int, stop: asyncio.Event
) -> list[tuple[str, int]]:
    """What a client sees that loses its connection so often, and then sees the writers stop."""
    chance, seen = random.Random(7), []
    for cut in range(cuts + 1):
        if cut == cuts:
            stop.set()
        until = chance.randint(0, 12) if cut < cuts else None
        try:
            async with events(url, headers, SUBSCRIPTION, after=cursor) as answers, asyncio.timeout(1.5) as patience:
                async for answer in answers:
                    event = answer["data"]["videoJobEvents"]
                    cursor = event["cursor"]
                    seen.append((event["job"]["id"], event["job"]["attempt"]))
                    patience.reschedule(asyncio.get_running_loop().time() + 1.5)
                    if until is not None and (until := until - 1) < 0:
                        break
        except (TimeoutError, httpx.TransportError):
            assert cut == cuts, "nothing came although the writers write"
    return seen


async def seen_and_written(
    settings: Settings, database: Database, storage: Storage, library: Library, api: Api, cuts: int
) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """What the client saw, and what stands in the table."""
    jobs = [(await library.job(await library.video(), ProcessingStatus.PROCESSING)).id for _ in range(3 * WRITERS)]
    cursor = (await api.data("{ videoJobEventsCursor }"))["videoJobEventsCursor"]
    start = "SELECT coalesce(max(position), 0) FROM video_job_events"
    async with database.transaction() as session:
        start = (await session.scalars(text(start))).one()
    stop = asyncio.Event()
    async with listening(settings, database, storage) as url, asyncio.TaskGroup() as writing:
        for writer in range(WRITERS):
            writing.create_task(write(database, jobs[3 * writer : 3 * writer + 3], writer, stop))
        seen = await follow(url, api.headers, cursor, cuts, stop)
    log = "SELECT id, attempt FROM video_job_events WHERE position > :start ORDER BY position"
    async with database.transaction() as session:
        written = [(f"job_{row.id.hex}", row.attempt) for row in await session.execute(text(log), {"start": start})]
    return seen, written


async def test_who_is_cut_off_a_hundred_times_sees_exactly_what_is_in_the_log(
    settings: Settings, database: Database, storage: Storage, library: Library, api: Api
) -> None:
    seen, written = await seen_and_written(settings, database, storage, library, api, CUTS)
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
    seen, written = await seen_and_written(settings, database, storage, library, api, 10)
    assert len(seen) < len(written)
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

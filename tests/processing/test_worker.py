"""What a worker does about attempts that fail, about entries that others lost, and about its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.types import QueueManagerId
from sqlalchemy import text

from database.engine import Database
from database.video_job import ProcessingStatus, StageName, VideoJob
from processing.pipeline import Pipeline
from processing.providers import Patience, ai_providers
from processing.worker import work
from processing.worker.link import Link
from processing.worker.losses import LOST_BY_CHANCE, MOST_LOST
from processing.worker.sweeping import _is_ours
from services.video_job_stages import skip_stage, start_stage
from tests.processing.test_cancel import SOON, ended, entries, held_child, until_gone, working
from tests.processing.test_pipeline import clip, completed, pipeline, queued_job
from tests.services.test_queue import ANYTHING, enqueue, tags
from tests.support.ai_answers import failing
from tests.support.ai_server import AIServer, ai_server, settings_for
from tests.support.library import Library

FIXTURES = (clip, pipeline)
LEASE = timedelta(seconds=2)
DELAY = timedelta(seconds=0.4)


@pytest.fixture
def server() -> Iterator[AIServer]:
    with ai_server() as server:
        yield server


@pytest.fixture
async def asking(pipeline: Pipeline, server: AIServer) -> AsyncIterator[Pipeline]:
    """A pipeline that asks an AI for descriptions, once."""
    providers = ai_providers(settings_for(server, transcription_model=None), Patience(attempts=1))
    yield replace(pipeline, providers=providers)
    await providers.close()


async def log_of_queue(database: Database) -> list[tuple[str, datetime]]:
    async with database.transaction() as session:
        rows = await session.execute(text("SELECT status::text, created FROM pgqueuer_log ORDER BY id"))
        return [(row.status, row.created) for row in rows]


async def pauses(database: Database) -> list[float]:
    """The seconds that an entry waited each time."""
    log = await log_of_queue(database)
    waits = [(at, log[number + 1][1]) for number, (status, at) in enumerate(log) if status == "queued"]
    return [(until - since).total_seconds() for since, until in waits]


async def test_an_attempt_that_fails_is_tried_again_later_and_later(
    asking: Pipeline, server: AIServer, library: Library, clip: bytes
) -> None:
    server.answer_next(failing(500), failing(429))
    job_id = await queued_job(library, asking.storage, clip)
    async with working(asking, retry_delay=DELAY):
        await ended(asking.database, job_id)
    _, metadata = await completed(asking.database, job_id)
    assert metadata.title is not None
    assert metadata.title.startswith("About ")
    statuses = [status for status, _ in await log_of_queue(asking.database)]
    assert statuses == ["queued", "picked", "queued", "picked", "queued", "picked", "successful"]
    _, first, second = await pauses(asking.database)
    assert first >= DELAY.total_seconds() / 2
    assert second >= DELAY.total_seconds() * 3


async def test_no_attempt_is_made_before_the_service_said(
    asking: Pipeline, server: AIServer, library: Library, clip: bytes
) -> None:
    server.answer_next(failing(429, Retry_After="2"))
    job_id = await queued_job(library, asking.storage, clip)
    async with working(asking, retry_delay=DELAY):
        await ended(asking.database, job_id)
    await completed(asking.database, job_id)
    assert (await pauses(asking.database))[1] >= 2


async def test_the_third_attempt_that_fails_is_the_last(
    asking: Pipeline, server: AIServer, library: Library, clip: bytes
) -> None:
    server.answer_next(failing(500), failing(500), failing(503, "We are closed."))
    job_id = await queued_job(library, asking.storage, clip)
    async with working(asking, retry_delay=DELAY):
        job = await ended(asking.database, job_id)
        assert (job.status, job.error_code) == (ProcessingStatus.FAILED, "PROVIDER_UNAVAILABLE")
        assert len(server.requests) == 3
        # The worker goes on.
        next_id = await queued_job(library, asking.storage, clip)
        await ended(asking.database, next_id)
    await completed(asking.database, next_id)
    assert "exception" in [status for status, _ in await log_of_queue(asking.database)]
    assert await entries(asking.database) == []


async def lose(database: Database, times: int) -> None:
    """Take what is in the queue as workers do that are never heard of again."""
    connection = await asyncpg.connect(database.dsn)
    queries = Queries.from_asyncpg_connection(connection)
    for _ in range(times):
        assert await queries.dequeue(10, ANYTHING, QueueManagerId(uuid4()), None, timedelta(0))
    await connection.execute("UPDATE pgqueuer SET heartbeat = now() - interval '1 minute'")
    await connection.close()


async def test_a_job_that_took_too_many_workers_along_ends(
    pipeline: Pipeline, library: Library, clip: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    await lose(pipeline.database, MOST_LOST)
    async with working(pipeline):
        job = await ended(pipeline.database, job_id)
    assert (job.status, job.error_code) == (ProcessingStatus.FAILED, "WORKER_LOST")
    assert job.error_message is not None
    assert "ended 10 workers" in job.error_message
    assert str(job_id) in caplog.text
    assert await entries(pipeline.database) == []


async def test_a_job_that_was_lost_by_chance_is_processed_at_once(
    pipeline: Pipeline, library: Library, clip: bytes
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    await lose(pipeline.database, LOST_BY_CHANCE)
    async with working(pipeline):
        await ended(pipeline.database, job_id)
    await completed(pipeline.database, job_id)
    assert "queued" not in [status for status, _ in await log_of_queue(pipeline.database)][1:]


async def test_a_job_that_is_lost_often_is_left_alone_for_a_while(
    pipeline: Pipeline, library: Library, clip: bytes
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    await lose(pipeline.database, LOST_BY_CHANCE + 2)
    async with working(pipeline, retry_delay=timedelta(seconds=1)):
        await ended(pipeline.database, job_id)
    await completed(pipeline.database, job_id)
    statuses, instants = zip(*await log_of_queue(pipeline.database), strict=True)
    assert statuses[-5:] == ("picked", "picked", "queued", "picked", "successful")
    assert (instants[-2] - instants[-5]).total_seconds() >= 2


async def test_a_job_that_gets_on_may_be_lost_more_often(pipeline: Pipeline, library: Library, clip: bytes) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    await lose(pipeline.database, MOST_LOST - 1)
    await start_stage(pipeline.database, job_id, StageName.SUBTITLES)
    await skip_stage(pipeline.database, job_id, StageName.SUBTITLES, "There are none.")
    await lose(pipeline.database, MOST_LOST - 1)
    async with working(pipeline, retry_delay=timedelta(milliseconds=1)):
        await ended(pipeline.database, job_id)
    await completed(pipeline.database, job_id)


async def test_a_worker_lets_go_of_what_another_has_taken(pipeline: Pipeline, library: Library, clip: bytes) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    async with working(pipeline, heartbeat_timeout=LEASE):
        child = await held_child()
        other = uuid4()
        async with pipeline.database.transaction() as session:
            await session.execute(text("UPDATE pgqueuer SET queue_manager_id = :other"), {"other": other})
        assert await until_gone(child) < LEASE.total_seconds()
        await asyncio.sleep(LEASE.total_seconds() / 2)
        async with pipeline.database.transaction() as session:
            (entry,) = await session.execute(text("SELECT status::text, queue_manager_id FROM pgqueuer"))
            assert (entry.status, entry.queue_manager_id) == ("picked", other)
            assert (await session.get_one(VideoJob, job_id)).status == ProcessingStatus.PROCESSING


async def test_what_is_worked_on_is_nobody_elses_however_long_it_takes(
    pipeline: Pipeline, library: Library, clip: bytes
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    async with working(pipeline, heartbeat_timeout=LEASE):
        child = await held_child()
        async with working(pipeline, heartbeat_timeout=LEASE):
            await asyncio.sleep(1.5 * LEASE.total_seconds())
            assert [status for status, _ in await log_of_queue(pipeline.database)] == ["queued", "picked"]
            child.resume()
            await ended(pipeline.database, job_id)
    await completed(pipeline.database, job_id)


async def test_what_a_worker_that_stops_was_at_is_taken_up_at_once(
    pipeline: Pipeline, library: Library, clip: bytes
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    stop = asyncio.Event()
    stopping = asyncio.create_task(work(pipeline, concurrency=1, stop=stop, grace=timedelta(0)))
    child = await held_child()
    # Its lease is so long that only the word of it can wake the other one.
    async with working(pipeline, heartbeat_timeout=timedelta(minutes=10)):
        await asyncio.sleep(0.5)
        stop.set()
        await stopping
        assert not child.is_running()
        async with asyncio.timeout(SOON):
            while (await log_of_queue(pipeline.database))[-1][0] != "picked":
                await asyncio.sleep(0.02)
        await ended(pipeline.database, job_id)
    await completed(pipeline.database, job_id)
    statuses = [status for status, _ in await log_of_queue(pipeline.database)]
    assert statuses == ["queued", "picked", "queued", "picked", "successful"]


async def test_a_worker_that_stops_lets_what_runs_end(pipeline: Pipeline, library: Library, clip: bytes) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    stop = asyncio.Event()
    stopping = asyncio.create_task(work(pipeline, concurrency=1, stop=stop))
    child = await held_child()
    waiting = await queued_job(library, pipeline.storage, clip)
    stop.set()
    await asyncio.sleep(0.2)
    child.resume()
    await stopping
    await completed(pipeline.database, job_id)
    assert await entries(pipeline.database) == ["queued"], "nothing new is begun"
    async with pipeline.database.transaction() as session:
        assert (await session.get_one(VideoJob, waiting)).status == ProcessingStatus.PENDING


async def test_what_comes_back_is_for_the_turn_it_is_by_then(
    asking: Pipeline, server: AIServer, library: Library, clip: bytes
) -> None:
    """Otherwise it would let all who come now begin in the turn that it was taken in."""
    server.answer_next(failing(500))
    await queued_job(library, asking.storage, clip)
    await enqueue(asking.database, uuid4())
    async with asking.database.transaction() as session:
        later = "priority = -40, execute_after = now() + interval '1 h' WHERE id = (SELECT max(id) FROM pgqueuer)"
        await session.execute(text(f"UPDATE pgqueuer SET {later}"))  # noqa: S608  no input
    async with working(asking, retry_delay=timedelta(minutes=5)):
        while len(await log_of_queue(asking.database)) < 4:
            await asyncio.sleep(0.05)
    assert await tags(asking.database) == [40, 40]


async def test_workers_take_turns_at_sweeping(database: Database) -> None:
    async def linked() -> tuple[Link, "asyncio.Task[None]"]:
        link = Link(database.dsn, hear=lambda _: None, is_made=lambda: None)
        return link, asyncio.create_task(link.hold())

    first, holding = await linked()
    second, other_holding = await linked()
    assert await first.insist(_is_ours)
    assert not await second.insist(_is_ours)
    assert await first.insist(_is_ours)
    holding.cancel()
    await asyncio.wait((holding,))
    assert await second.insist(_is_ours)
    other_holding.cancel()
    await asyncio.wait((other_holding,))

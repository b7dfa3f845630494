"""Owners are served in turn, however many jobs each has, and the cost of that does not grow with the queue."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.models import Job
from pgqueuer.ports.repository import EntrypointExecutionParameter
from pgqueuer.types import QueueEntrypoint, QueueManagerId
from sqlalchemy import select, text
from uuid_utils.compat import uuid7

from database.engine import Database
from database.video import Video
from database.video_job import VideoJob
from services.queue import PRIORITY, PROCESS_VIDEO, enqueue_job, trim_queue_log, withdraw_jobs
from services.storage import Storage
from services.video import complete_video_upload, create_video_upload
from services.video_job import cancel_video_job, new_job

ANYTHING = {QueueEntrypoint(PROCESS_VIDEO): EntrypointExecutionParameter(concurrency_limit=0)}
MINUTE = timedelta(minutes=1)
MOST_PAGES = 60  # of 8 kB each, that an enqueue may look at

FILL = (
    "SET LOCAL reelgraph.job_events = 'off'",
    """
    INSERT INTO videos (id, uploader_user_id, original_filename, storage_path, content_type, size_bytes)
    SELECT gen_random_uuid(), CASE WHEN n % 2 = 0 THEN CAST( :owner AS uuid) ELSE gen_random_uuid() END,
        'a.mp4', 'filled/' || n, 'video/mp4', 1
    FROM generate_series(1, :videos ) AS n
    """,
    """
    INSERT INTO video_jobs (id, uploader_user_id, video_id, status, finished_at)
    SELECT gen_random_uuid(), uploader_user_id, id,
        (CASE WHEN ended THEN 'COMPLETED' ELSE 'PENDING' END)::processing_status, CASE WHEN ended THEN now() END
    FROM (
        SELECT *, uploader_user_id = :owner AND row_number() OVER (PARTITION BY uploader_user_id) > :waiting AS ended
        FROM videos WHERE storage_path LIKE 'filled/%'
    ) AS video
    """,
    """
    INSERT INTO pgqueuer (priority, status, entrypoint, dedupe_key, payload, execute_after)
    SELECT -(n % 5000), (CASE WHEN n % 1000 = 0 THEN 'picked' ELSE 'queued' END)::pgqueuer_status,
        'process_video', replace(id::text, '-', ''), '',
        now() + (CASE WHEN n % 50 = 0 THEN '1 h' ELSE '0' END)::interval
    FROM (SELECT id, row_number() OVER () AS n FROM video_jobs WHERE status = 'PENDING') AS job
    ON CONFLICT DO NOTHING
    """,
    "ANALYZE videos, video_jobs, pgqueuer",
)


@pytest.fixture
async def queries(database: Database) -> AsyncIterator[Queries]:
    """PgQueuer's own statements, on a connection of a worker."""
    connection = await asyncpg.connect(database.dsn)
    yield Queries.from_asyncpg_connection(connection)
    await connection.close()


async def enqueue(database: Database, owner: UUID, count: int = 1) -> list[UUID]:
    """Queue jobs of as many videos."""
    async with database.transaction() as session:
        job_ids = []
        for _ in range(count):
            video_id = uuid7()
            session.add(video(video_id, owner))
            await session.flush()
            job = new_job(owner, video_id)
            session.add(job)
            await enqueue_job(session, job.id)
            job_ids.append(job.id)
        return job_ids


def video(key: UUID, owner: UUID) -> Video:
    return Video(
        id=key,
        uploader_user_id=owner,
        original_filename="clip.mp4",
        storage_path=f"videos/{key.hex}/original",
        content_type="video/mp4",
        size_bytes=1,
    )


async def take(queries: Queries, count: int = 1) -> list[Job]:
    return await queries.dequeue(count, ANYTHING, QueueManagerId(uuid4()), None, MINUTE)


async def owners_of(database: Database, entries: list[Job]) -> list[UUID]:
    """Whose they are, in their order."""
    keys = [UUID(bytes=entry.payload) for entry in entries if entry.payload]
    async with database.transaction() as session:
        rows = await session.execute(select(VideoJob.id, VideoJob.uploader_user_id).where(VideoJob.id.in_(keys)))
        owners = {row.id: row.uploader_user_id for row in rows}
    return [owners[key] for key in keys]


async def end(database: Database, queries: Queries, entry: Job) -> None:
    """What a worker does when a job has ended."""
    assert entry.payload is not None
    async with database.transaction() as session:
        ended = text("UPDATE video_jobs SET status = 'COMPLETED', finished_at = now() WHERE id = :id")
        await session.execute(ended, {"id": UUID(bytes=entry.payload)})
    await queries.log_jobs([(entry, "successful", None)])


async def tags(database: Database) -> list[int]:
    """Of everything in the queue, in the order in which it was queued."""
    async with database.transaction() as session:
        return list(await session.scalars(text("SELECT -priority FROM pgqueuer ORDER BY id")))


async def test_one_upload_does_not_wait_for_somebodys_thousand(database: Database, queries: Queries) -> None:
    many, one = uuid4(), uuid4()
    await enqueue(database, many, 1000)
    (before,) = await take(queries)
    await end(database, queries, before)
    await enqueue(database, one)
    next_ones = await take(queries, 2)
    assert Counter(await owners_of(database, next_ones)) == {many: 1, one: 1}


async def test_several_owners_are_served_in_rounds(database: Database, queries: Queries) -> None:
    owners = [uuid4() for _ in range(5)]
    for number, owner in enumerate(owners):
        await enqueue(database, owner, 10 * number + 4)
    for _ in range(4):
        assert set(await owners_of(database, await take(queries, 5))) == set(owners)


@pytest.mark.parametrize("at_once", [1, 3])
async def test_who_keeps_coming_does_not_starve_who_waits(database: Database, queries: Queries, at_once: int) -> None:
    waiting, coming = uuid4(), uuid4()
    await enqueue(database, waiting, 100)
    await enqueue(database, coming, at_once)
    served: Counter[UUID] = Counter()
    for _ in range(60):
        (entry,) = await take(queries)
        (owner,) = await owners_of(database, [entry])
        served[owner] += 1
        await end(database, queries, entry)
        if owner == coming:
            await enqueue(database, coming)
    assert served[waiting] >= 28
    assert served[coming] >= 28


async def test_several_workers_and_owners_at_once(database: Database) -> None:
    """Enqueuing and taking at the same time, by many, keeps the shares."""
    greedy, modest = uuid4(), [uuid4() for _ in range(6)]
    await enqueue(database, greedy, 300)
    served: list[UUID] = []

    async def worker() -> None:
        connection = await asyncpg.connect(database.dsn)
        queries = Queries.from_asyncpg_connection(connection)
        while len(served) < 120:
            for entry in await take(queries, 2):
                served.extend(await owners_of(database, [entry]))
                await end(database, queries, entry)
        await connection.close()

    async def user(owner: UUID) -> None:
        for _ in range(10):
            await enqueue(database, owner)

    await asyncio.gather(*(worker() for _ in range(3)), *(user(owner) for owner in modest))
    counts = Counter(served)
    assert all(counts[owner] == 10 for owner in modest)
    assert counts[greedy] >= 60


async def test_turns_begin_anew_when_the_queue_is_empty(database: Database, queries: Queries) -> None:
    owner = uuid4()
    await enqueue(database, owner, 3)
    assert await tags(database) == [0, 1, 2]
    for entry in await take(queries, 3):
        await end(database, queries, entry)
    await enqueue(database, owner, 2)
    assert await tags(database) == [0, 1]


async def test_who_comes_while_all_is_being_worked_on_goes_on_from_there(database: Database, queries: Queries) -> None:
    many, one = uuid4(), uuid4()
    await enqueue(database, many, 3)
    await take(queries, 3)
    await enqueue(database, one)
    await enqueue(database, many)
    assert await tags(database) == [0, 1, 2, 2, 3]


async def test_what_is_put_off_does_not_turn_back_the_time(database: Database, queries: Queries) -> None:
    many, other = uuid4(), uuid4()
    await enqueue(database, many, 5)
    async with database.transaction() as session:
        put_off = "UPDATE pgqueuer SET execute_after = now() + interval '1 hour' WHERE priority > -3"
        await session.execute(text(put_off))
    await enqueue(database, other)
    assert (await tags(database))[-1] == 3
    async with database.transaction() as session:
        await session.execute(text("UPDATE pgqueuer SET execute_after = now() + interval '1 hour'"))
    await enqueue(database, uuid4())
    assert (await tags(database))[-1] == 4


async def test_who_took_long_to_come_is_not_served_last(database: Database, queries: Queries) -> None:
    """What was queued since its transaction began is no later work to it."""
    many, slow = uuid4(), uuid4()
    video_id = uuid7()
    async with database.transaction() as session:
        session.add(video(video_id, slow))
        await session.flush()
        await enqueue(database, many, 20)
        job = new_job(slow, video_id)
        session.add(job)
        await enqueue_job(session, job.id)
    assert (await tags(database))[-1] == 0
    assert slow in await owners_of(database, await take(queries, 2))


async def test_canceled_jobs_leave_the_line(database: Database, queries: Queries) -> None:
    owner = uuid4()
    *_, last = await enqueue(database, owner, 3)
    await cancel_video_job(database, owner, last)
    await enqueue(database, owner)
    assert await tags(database) == [0, 1, 2]


@pytest.fixture
async def walled(database_url: str) -> AsyncIterator[Database]:
    """The database with row-level security enforced."""
    database = Database(database_url, pool_size=2, enforce_rls=True)
    yield database
    await database.close()


async def test_viewers_that_row_level_security_holds_are_served_in_turn(
    walled: Database, storage: Storage, queries: Queries
) -> None:
    many, one = uuid4(), uuid4()
    for owner in (many, many, many, one):
        upload = await create_video_upload(
            walled, storage, owner, original_filename="a.mp4", content_type="video/mp4", size_bytes=1, largest=10
        )
        await storage.put(f"videos/{upload.video_id.hex}/original", b"a")
        await complete_video_upload(walled, storage, owner, upload.video_id)
    assert await tags(walled) == [0, 1, 2, 0]
    assert await owners_of(walled, await take(queries, 4)) == [many, one, many, many]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def outline(plan: dict[str, Any], depth: int = 0) -> str:
    """The plan as EXPLAIN shows it to people, more or less."""
    keys = ("Index Name", "Relation Name", "Index Cond", "Filter", "Actual Rows", "Shared Hit Blocks")
    line = "  ".join([plan["Node Type"], *(f"{key}: {plan[key]}" for key in keys if key in plan)])
    below = (outline(node, depth + 1) for node in plan.get("Plans", ()))
    return "\n".join(["  " * depth + line, *below])


@pytest.mark.parametrize("walls", [False, True])
@pytest.mark.parametrize("waiting", [0, 5000])
async def test_an_enqueue_costs_the_same_however_long_the_queue_is(
    database: Database, walled: Database, *, walls: bool, waiting: int
) -> None:
    owner = uuid4()
    (job_id,) = await enqueue(database, owner)
    await fill(database, owner, entries=10_000, waiting=waiting)
    async with (walled if walls else database).transaction(owner) as session:
        for plans in ("force_custom_plan", "force_generic_plan"):
            await session.execute(text(f"SET LOCAL plan_cache_mode = {plans}"))
            explain = text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {PRIORITY.text}")
            (found,) = (await session.scalars(explain, {"job_id": job_id})).one()
            plan = found["Plan"]
            assert [node for node in nodes(plan) if node["Node Type"] == "Seq Scan"] == [], outline(plan)
            assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] <= MOST_PAGES, outline(plan)


async def fill(database: Database, owner: UUID, *, entries: int, waiting: int) -> None:
    """A long queue of everybody's, with some put off and some worked on; the owner has many videos, `waiting` in it."""
    values = {"owner": owner, "videos": 2 * entries, "waiting": waiting}
    async with database.transaction() as session:
        for statement in FILL:
            named = {name: value for name, value in values.items() if f":{name} " in statement}
            await session.execute(text(statement), named)
        assert (await session.scalars(text("SELECT count(*) FROM pgqueuer"))).one() >= entries


async def test_the_log_of_the_queue_is_forgotten_but_not_that_of_what_waits(
    database: Database, queries: Queries
) -> None:
    first, second = await enqueue(database, uuid4()), await enqueue(database, uuid4())
    async with database.transaction() as session:
        await withdraw_jobs(session, first)
        await session.execute(text("UPDATE pgqueuer_log SET created = now() - interval '8 days'"))
    await enqueue(database, uuid4())
    await trim_queue_log(database)
    async with database.transaction() as session:
        kept = text("SELECT log.status::text, dedupe_key FROM pgqueuer_log log JOIN pgqueuer e ON e.id = job_id")
        everything = (await session.execute(text("SELECT count(*) FROM pgqueuer_log"))).scalar_one()
        rows = (await session.execute(kept)).all()
    assert everything == len(rows) == 2
    assert second[0].hex in {row.dedupe_key for row in rows}

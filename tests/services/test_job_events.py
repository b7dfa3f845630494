"""The log of what happens to jobs: who writes it, who reads it, and how it stays short."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import select, text
from uuid_utils.compat import uuid7

from database.engine import Database
from database.video_job import ProcessingStatus, VideoJob
from database.video_job_event import VideoJobEvent, VideoJobEventRow
from services.job_events import (
    EventsStoppedError,
    FollowerTooSlowError,
    ForgottenEventsError,
    JobEvents,
    start_of,
    trim_events,
)
from services.job_events.feed import MOST_WAITING, Follower
from services.storage import Storage
from services.video import delete_video
from tests.support.api import Api
from tests.support.library import Library


async def touch(database: Database, job_id: UUID, times: int = 1) -> None:
    """Change a job, each time in a transaction of its own."""
    for _ in range(times):
        async with database.transaction() as session:
            (await session.get_one(VideoJob, job_id)).attempt += 1


async def end_of_log(database: Database, viewer: UUID) -> int:
    async with database.reader(viewer) as reader:
        return await start_of(reader)


async def logged(database: Database) -> list[tuple[UUID, int]]:
    async with database.transaction() as session:
        rows = await session.execute(select(VideoJobEvent.id, VideoJobEvent.attempt).order_by(VideoJobEvent.position))
        return [(row.id, row.attempt) for row in rows]


async def take(events: AsyncGenerator[VideoJobEventRow], count: int) -> list[tuple[UUID, int]]:
    async with asyncio.timeout(20):
        return [(event.id, event.attempt) for event in [await anext(events) for _ in range(count)]]


async def test_every_change_is_noted_whoever_makes_it(database: Database, library: Library) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    await touch(database, job.id)
    outsider = await asyncpg.connect(database.dsn)
    await outsider.execute("UPDATE video_jobs SET attempt = attempt + 1")
    await outsider.execute("UPDATE video_jobs SET attempt = attempt")  # changes nothing
    await outsider.close()
    assert await logged(database) == [(job.id, 1), (job.id, 2), (job.id, 3)]


async def test_what_is_rolled_back_is_not_noted(database: Database, library: Library) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    async with database.transaction() as session:
        (await session.get_one(VideoJob, job.id)).attempt += 1
        await session.flush()
        await session.rollback()
    assert await logged(database) == [(job.id, 1)]


async def test_a_deleted_video_takes_its_events_along(database: Database, storage: Storage, library: Library) -> None:
    kept = await library.job(await library.video(), ProcessingStatus.PENDING)
    gone = await library.job(await library.video(), ProcessingStatus.PENDING)
    await delete_video(database, storage, library.owner, gone.video_id)
    assert await logged(database) == [(kept.id, 1)]


async def test_a_job_changed_while_its_video_is_deleted_locks_nobody_out(
    database: Database, storage: Storage, library: Library
) -> None:
    jobs = [await library.job(await library.video(), ProcessingStatus.PENDING) for _ in range(20)]

    async def change(job: VideoJob) -> None:
        async with database.transaction() as session:
            found = await session.get(VideoJob, job.id, with_for_update=True)
            await asyncio.sleep(0.02)
            if found is not None:
                found.attempt += 1

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        for job in jobs:
            tasks.create_task(change(job))
            tasks.create_task(delete_video(database, storage, library.owner, job.video_id))
    assert await logged(database) == []


async def test_following_goes_from_the_log_to_what_is_live(database: Database, library: Library) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    start = await end_of_log(database, library.owner)
    await touch(database, job.id, 3)
    following = JobEvents(database)
    async with aclosing(following.follow(library.owner, start)) as events:
        assert await take(events, 3) == [(job.id, 2), (job.id, 3), (job.id, 4)]
        await touch(database, job.id, 2)
        assert await take(events, 2) == [(job.id, 5), (job.id, 6)]
    await following.close()


async def test_nobody_hears_of_others_jobs(database: Database, library: Library) -> None:
    others = Library(database, uuid7())
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    foreign = await others.job(await others.video(), ProcessingStatus.PENDING)
    following = JobEvents(database)
    async with aclosing(following.follow(library.owner, 0)) as events:
        assert await take(events, 1) == [(job.id, 1)]
        await touch(database, foreign.id)
        await touch(database, job.id)
        assert await take(events, 1) == [(job.id, 2)]
    await following.close()


async def test_a_connection_that_breaks_loses_nothing(database: Database, library: Library) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    following = JobEvents(database)
    async with aclosing(following.follow(library.owner, 0)) as events:
        await take(events, 1)
        async with database.transaction() as session:
            listeners = "query LIKE 'LISTEN%' AND datname = current_database()"
            ended = text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {listeners}")  # noqa: S608  no input
            assert (await session.scalars(ended)).all() == [True]
        await touch(database, job.id, 2)  # while nobody listens
        assert await take(events, 2) == [(job.id, 2), (job.id, 3)]
    await following.close()


async def test_what_is_no_longer_known_is_said(database: Database, library: Library, api: Api) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    old = (await api.data("{ videoJobEventsCursor }"))["videoJobEventsCursor"]
    start = await end_of_log(database, library.owner)
    await touch(database, job.id, 2)
    async with database.transaction() as session:
        await session.execute(text("UPDATE video_job_events SET noted_at = noted_at - interval '2 days'"))
    await touch(database, job.id)
    await trim_events(database, timedelta(days=1))
    assert await logged(database) == [(job.id, 4)]
    async with database.reader(library.owner) as reader:
        with pytest.raises(ForgottenEventsError):
            await start_of(reader, start)
    fresh = (await api.data("{ videoJobEventsCursor }"))["videoJobEventsCursor"]
    assert fresh != old
    await trim_events(database, timedelta(days=1))  # nothing is old any more
    assert await logged(database) == [(job.id, 4)]


async def test_a_log_that_is_all_forgotten_begins_where_it_ended(database: Database, library: Library) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    await trim_events(database, timedelta(0))
    assert await logged(database) == []
    start = await end_of_log(database, library.owner)
    await touch(database, job.id)
    following = JobEvents(database)
    async with aclosing(following.follow(library.owner, start)) as events:
        assert await take(events, 1) == [(job.id, 2)]
    await following.close()


async def test_a_trim_in_the_middle_of_catching_up_is_noticed(database: Database, library: Library) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    async with database.transaction() as session:
        for _ in range(250):  # more than a page
            await session.execute(text("UPDATE video_jobs SET attempt = attempt + 1"))
    assert job.attempt == 1
    following = JobEvents(database)
    async with aclosing(following.follow(library.owner, 0)) as events:
        await take(events, 200)
        await trim_events(database, timedelta(0))
        with pytest.raises(ForgottenEventsError):
            await anext(events)
    await following.close()


async def test_who_does_not_take_what_comes_is_let_go_and_the_others_are_not(
    database: Database, library: Library
) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    following = JobEvents(database)
    async with (
        aclosing(following.follow(library.owner, 0)) as slow,
        aclosing(following.follow(library.owner, 0)) as quick,
    ):
        await take(slow, 1)
        await take(quick, 1)
        first = asyncio.create_task(anext(slow))
        second = asyncio.create_task(anext(quick))
        await asyncio.sleep(0.1)
        await touch(database, job.id)
        await asyncio.gather(first, second)
        for _ in range(MOST_WAITING // 100 + 1):
            async with database.transaction() as session:
                for _ in range(100):
                    await session.execute(text("UPDATE video_jobs SET attempt = attempt + 1"))
            await take(quick, 100)
        with pytest.raises(FollowerTooSlowError):
            await anext(slow)
    await following.close()


async def test_a_burst_is_read_no_faster_than_it_is_taken(database: Database, library: Library) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    following = JobEvents(database)
    async with aclosing(following.follow(library.owner, 0)) as events:
        await take(events, 1)
        first = asyncio.create_task(anext(events))
        await asyncio.sleep(0.1)
        burst = 2 * MOST_WAITING
        async with database.transaction() as session:
            for _ in range(burst):
                await session.execute(text("UPDATE video_jobs SET attempt = attempt + 1"))
        await first
        await asyncio.sleep(0.5)  # the feed has had the time to read all of it
        (feed,) = following._feeds.values()
        (follower,) = feed.followers
        assert follower.waiting < MOST_WAITING
        rest = await take(events, burst - 1)
        assert rest[-1] == (job.id, burst + 1)
    await following.close()


async def test_what_waits_is_taken_before_the_end_is_told() -> None:
    follower, event = Follower(asyncio.Event()), as_event(1)
    follower.offer(event)
    follower.end(EventsStoppedError())
    follower.offer(as_event(2))
    assert await follower.take() is event
    with pytest.raises(EventsStoppedError):
        await follower.take()


def as_event(position: int) -> Any:
    """Anything: a follower does not look at what it keeps."""
    return {"position": position}


async def test_closing_ends_who_follows_and_leaves_nothing(database: Database, library: Library) -> None:
    following = JobEvents(database)
    async with aclosing(following.follow(library.owner, 0)) as events:
        waiting = asyncio.create_task(anext(events))
        await asyncio.sleep(0.2)
        await following.close()
        with pytest.raises(EventsStoppedError):
            await waiting
    assert following._feeds == {}
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_many_who_come_and_go_at_once_share_one_feed(database: Database, library: Library) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    following = JobEvents(database)

    async def visit(times: int) -> None:
        for _ in range(times):
            async with aclosing(following.follow(library.owner, 0)) as events:
                assert await take(events, 1) == [(job.id, 1)]

    async with asyncio.TaskGroup() as visitors:
        for _ in range(20):
            visitors.create_task(visit(5))
    assert following._feeds == {}
    await following.close()

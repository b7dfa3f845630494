"""A viewer hears only of their own jobs, with either wall alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from uuid import UUID, uuid4

import pytest

from database.engine import Database
from database.video_job import ProcessingStatus
from services.job_events import JobEvents
from tests.support.library import Library
from tests.support.operations import open_reads

JOBS = 5


@pytest.fixture
async def walled(database_url: str) -> AsyncIterator[Database]:
    """The database as the server uses it, with row-level security enforced."""
    database = Database(database_url, enforce_rls=True)
    yield database
    await database.close()


async def heard_by_each(database: Database, made_in: Database) -> list[tuple[set[UUID], set[UUID]]]:
    """Of two owners: the jobs that each has, and those that each hears of, from the log and live."""
    owners = [Library(made_in, uuid4()) for _ in range(2)]
    following = JobEvents(database)
    jobs: list[set[UUID]] = [set(), set()]

    async def make() -> None:
        for _ in range(JOBS):
            for owner, ids in zip(owners, jobs, strict=True):
                ids.add((await owner.job(await owner.video(), ProcessingStatus.PENDING)).id)

    async def hear(owner: UUID) -> set[UUID]:
        heard = set()
        async with aclosing(following.follow(owner, 0)) as events:
            while True:
                try:
                    async with asyncio.timeout(1):
                        heard.add((await anext(events)).id)
                except TimeoutError:
                    return heard

    await make()
    heard, _ = await asyncio.gather(asyncio.gather(*(hear(owner.owner) for owner in owners)), make())
    await following.close()
    return list(zip(jobs, heard, strict=True))


async def test_the_predicate_alone_isolates(database: Database) -> None:
    for jobs, heard in await heard_by_each(database, database):
        assert len(heard) == 2 * JOBS
        assert heard == jobs


async def test_row_level_security_alone_isolates(
    database: Database, walled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_reads(monkeypatch)
    for jobs, heard in await heard_by_each(walled, database):
        assert heard == jobs


async def test_without_either_wall_it_would_be_noticed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    open_reads(monkeypatch)
    for jobs, heard in await heard_by_each(database, database):
        assert heard > jobs

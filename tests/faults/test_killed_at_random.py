"""Workers are killed at random, fifty times, while people upload, cancel and delete: nothing of it is lost or left."""

import asyncio
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text
from uuid_utils.compat import uuid7

from database.engine import Database
from database.video_job import ACTIVE, ProcessingStatus, VideoJob
from processing.pipeline import Pipeline
from services.errors import JobStateError
from services.storage import Storage
from services.video import delete_video
from services.video_job import cancel_video_job, retry_video_job
from tests.support.processed import (
    Outcome,
    age_files,
    assert_ended_once,
    ended_job,
    eventually,
    outcome_of,
    referred_files,
    retried,
    stored_files,
    undisturbed,
)
from tests.support.small_clips import SmallClip
from tests.support.uploads import upload
from tests.support.workers import Worker, Workers, killable_workers, readers_below

SEED = 20
KILLS = 50
OWNERS = 4
# Jobs that have not ended are never fewer while somebody is to be killed.
ALWAYS = 6
# Changes of jobs between one kill and the next: jobs get on, whatever the machine's speed. One job makes 13 of them.
CHANGES = (3, 14)
AT_WORK_SECONDS = 120
DRAWN = ("silent", "spoken", "subtitled", "subtitled", "cut", "noise")
POSITION = text("SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('video_job_events', 'position')), 0)")


@dataclass
class People:
    """Those who upload videos, change their minds, and remember what they are to get."""

    database: Database
    storage: Storage
    clips: Mapping[str, SmallClip]
    chance: random.Random
    owners: list[UUID] = field(default_factory=lambda: [uuid7() for _ in range(OWNERS)])
    videos: dict[UUID, SmallClip] = field(default_factory=dict)
    canceled: set[UUID] = field(default_factory=set)

    async def upload(self) -> None:
        """Somebody uploads something."""
        owner, clip = self.chance.choice(self.owners), self.clips[self.chance.choice(DRAWN)]
        uploaded = await upload(self.database, self.storage, owner, clip)
        self.videos[uploaded.video_id] = clip

    async def cancel(self, *, retrying: bool) -> None:
        """Somebody cancels a job, and may want it after all."""
        job = await self._active()
        with suppress(JobStateError):  # it has just ended
            await cancel_video_job(self.database, job.uploader_user_id, job.id)
            self.canceled.add(job.id)
            if retrying:
                await retry_video_job(self.database, job.uploader_user_id, job.id)

    async def delete(self) -> None:
        """Somebody deletes a video that is being processed."""
        job = await self._active()
        del self.videos[job.video_id]
        await delete_video(self.database, self.storage, job.uploader_user_id, job.video_id)

    async def keep_busy(self, stop: asyncio.Event) -> None:
        """Have so many jobs wait or run until told to stop."""
        while not stop.is_set():
            if len(await self._all_active()) < ALWAYS:
                await self.upload()
            await asyncio.sleep(0.05)

    async def _active(self) -> VideoJob:
        """A job that has not ended, one that runs if there is one."""
        active = [job for job in await self._all_active() if job.video_id in self.videos]
        return self.chance.choice([job for job in active if job.status == ProcessingStatus.PROCESSING] or active)

    async def _all_active(self) -> list[VideoJob]:
        async with self.database.transaction() as session:
            return list(
                await session.scalars(select(VideoJob).where(VideoJob.status.in_(ACTIVE)).order_by(VideoJob.id))
            )


async def changes(database: Database, count: int) -> None:
    """Return after so many changes of jobs."""

    async def position() -> int:
        async with database.transaction() as session:
            return int((await session.scalars(POSITION)).one())

    until = await position() + count
    async with asyncio.timeout(AT_WORK_SECONDS):
        while await position() < until:
            await asyncio.sleep(0.05)


async def at_work(workers: Workers, chance: random.Random) -> Worker:
    """One of the workers that read a video right now."""
    async with asyncio.timeout(AT_WORK_SECONDS):
        while not (found := [worker for worker in workers.alive if worker.readers()]):
            await asyncio.sleep(0.05)
    return chance.choice(found)


async def all_ended(people: People) -> None:
    """Return when every job of every video has ended."""
    async with people.database.transaction() as session:
        job_ids = (await session.scalars(select(VideoJob.id))).all()
    for job_id in job_ids:
        await ended_job(people.database, job_id)


async def assert_as_expected(people: People, expected: Mapping[str, Outcome]) -> None:
    """Whoever uploaded a video has what is in it, or was told why not; it makes no difference who died."""
    async with people.database.transaction() as session:
        jobs = (await session.scalars(select(VideoJob).where(VideoJob.video_id.in_(people.videos)))).all()
    assert {job.video_id for job in jobs} == people.videos.keys()
    for job in jobs:
        outcome = await outcome_of(people.database, job.id)
        if job.id in people.canceled:
            assert outcome["error"][0] == "CANCELED"
        elif job.attempt > 1:
            assert retried(outcome) == retried(expected[people.videos[job.video_id].kind])
        else:
            assert outcome == expected[people.videos[job.video_id].kind]


@pytest.mark.long
async def test_workers_are_killed_at_random(
    env: dict[str, str], pipeline: Pipeline, clips: Mapping[str, SmallClip], files: Path
) -> None:
    expected = await undisturbed(pipeline, clips.values())
    chance = random.Random(SEED)
    database = pipeline.database
    people = People(database, pipeline.storage, clips, chance)
    with killable_workers(env, concurrency=2) as workers:
        workers.start()
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(people.keep_busy(stop))
            for number in range(KILLS):
                workers.start()  # the next one, so that it is there when this one dies
                await changes(database, chance.randint(*CHANGES))
                workers.kill(await at_work(workers, chance))
                if number % 5 == 0:
                    await people.cancel(retrying=number % 10 == 0)
                if number % 7 == 0:
                    await people.delete()
            stop.set()
        await all_ended(people)
        await assert_ended_once(database)
    assert readers_below(str(files)) == []
    await assert_as_expected(people, expected)
    await assert_swept(env, database, files)


async def assert_swept(env: Mapping[str, str], database: Database, files: Path) -> None:
    """When it is time to sweep, a worker leaves no file that nobody refers to, and no row without its files."""
    age_files(files)
    referred = await referred_files(database)
    with killable_workers(env) as workers:
        workers.start()
        await eventually(lambda: stored_files(files) <= referred, what="what belongs to nobody is swept")
    assert stored_files(files) == referred

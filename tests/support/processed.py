"""What became of jobs: what they found, and what must be true of all of them, whatever happened to their workers."""

import asyncio
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import select, text
from uuid_utils.compat import uuid7

from database.engine import Database
from database.video_job import ACTIVE, STAGE_ENDED, ProcessingStatus, Stage, StageName, VideoJob
from database.video_job_event import VideoJobEvent
from database.video_metadata import VideoMetadata
from processing.pipeline import Pipeline
from services.queue import withdraw_jobs
from tests.support.small_clips import SmallClip
from tests.support.uploads import upload

ENDED_SECONDS = 180
TWO_DAYS = 2 * 24 * 3600
ITS_OWN = {"id", "job_id", "uploader_user_id", "created_at", "updated_at", "about_words", "transcript_words"}
OWNER = re.compile(r"^videos/[0-9a-f]{32}/jobs/[0-9a-f]{32}/")

Outcome: TypeAlias = dict[str, Any]


async def job_of(database: Database, job_id: UUID) -> VideoJob:
    """The job as it stands."""
    async with database.transaction() as session:
        return await session.get_one(VideoJob, job_id)


async def ended_job(database: Database, job_id: UUID) -> VideoJob:
    """The job when it has ended."""
    deadline = time.monotonic() + ENDED_SECONDS
    while (job := await job_of(database, job_id)).status in ACTIVE:
        assert time.monotonic() < deadline, f"job {job_id} is lost: it is {job.status} at {job.processing_stages}"
        await asyncio.sleep(0.05)
    return job


async def delayed(database: Database, job_id: UUID, name: StageName) -> list[Stage]:
    """The stages of a job when one of them has met an outage."""
    at = list(StageName).index(name)
    deadline = time.monotonic() + ENDED_SECONDS
    while "it is tried again soon" not in str((job := await job_of(database, job_id)).processing_stages[at]["message"]):
        assert time.monotonic() < deadline, f"job {job_id} meets no outage: it is {job.status}, {job.error_message}"
        await asyncio.sleep(0.05)
    return job.processing_stages


async def outcome_of(database: Database, job_id: UUID) -> Outcome:
    """How a job ended: its stages, its error, and the columns of its only metadata if it has completed.

    Paths are without what names the video and the job, so that the outcomes of two jobs can be compared.
    """
    job = await job_of(database, job_id)
    stages = [(stage["name"], stage["status"], stage["message"]) for stage in job.processing_stages]
    outcome = {"status": job.status, "stages": stages, "error": (job.error_code, job.error_message)}
    if job.status != ProcessingStatus.COMPLETED:
        return outcome
    async with database.transaction() as session:
        metadata = (await session.scalars(select(VideoMetadata).where(VideoMetadata.job_id == job_id))).one()
    columns = {column.name for column in VideoMetadata.__table__.columns} - ITS_OWN
    return outcome | {name: _without_owner(getattr(metadata, name)) for name in columns}


def retried(outcome: Outcome) -> Outcome:
    """The outcome as far as a second attempt has the same: its metadata goes on from a copy of the first one's."""
    return {name: value for name, value in outcome.items() if name != "version"}


async def undisturbed(pipeline: Pipeline, clips: Iterable[SmallClip]) -> dict[str, Outcome]:
    """How jobs end when nothing happens to their workers, by the kinds of the clips."""
    outcomes = {}
    for clip in clips:
        job_id = (await upload(pipeline.database, pipeline.storage, uuid7(), clip)).job_id
        async with pipeline.database.transaction() as session:
            await withdraw_jobs(session, [job_id])  # it is nobody else's
        await pipeline.process(job_id)
        outcomes[clip.kind] = await outcome_of(pipeline.database, job_id)
        good = outcomes[clip.kind]["status"] == ProcessingStatus.COMPLETED
        assert good == clip.is_good, outcomes[clip.kind]
    return outcomes


def _without_owner(value: Any) -> Any:
    match value:
        case str():
            return OWNER.sub("", value)
        case [*elements]:
            return [_without_owner(element) for element in elements]
        case {**items}:
            return {key: _without_owner(item) for key, item in items.items()}
    return value


async def assert_ended_once(database: Database) -> None:
    """Every job has ended, with a reason where it failed; nothing is left in the queue; nothing was ever undone."""
    deadline = time.monotonic() + ENDED_SECONDS
    while entries := await _queued(database):  # an entry goes after its job has ended
        assert time.monotonic() < deadline, f"{entries} are left in the queue"
        await asyncio.sleep(0.05)
    async with database.transaction() as session:
        jobs = (await session.scalars(select(VideoJob))).all()
        events = (await session.scalars(select(VideoJobEvent).order_by(VideoJobEvent.position))).all()
        metadata = (await session.scalars(select(VideoMetadata.job_id))).all()
    assert len(metadata) == len(set(metadata))
    for job in jobs:
        assert job.status not in ACTIVE, "it was lost"
        failed = job.status == ProcessingStatus.FAILED
        assert bool(job.error_code) == bool(job.error_message) == failed
        assert failed or job.id in metadata
        _assert_nothing_undone([event for event in events if event.id == job.id])


def _assert_nothing_undone(events: list[VideoJobEvent]) -> None:
    known: dict[str, Stage] = {}
    for event in events:
        assert event.status not in ACTIVE or not event.finished_at
        for stage in event.processing_stages:
            assert known.get(stage["name"], stage) == stage, "it had ended before"
            if stage["status"] in STAGE_ENDED:
                known[stage["name"]] = stage
    assert [event for event in events if event.status not in ACTIVE] == events[-1:], "it ended once, and then no more"


async def referred_files(database: Database) -> set[str]:
    """The paths of all files that rows refer to, by whatever column."""
    everything = "SELECT to_jsonb(row) AS columns FROM {} AS row"
    async with database.transaction() as session:
        videos = (await session.scalars(text(everything.format("videos")))).all()
        metadata = (await session.scalars(text(everything.format("video_metadata")))).all()
    return {value for row in [*videos, *metadata] for value in _texts(row) if value.startswith("videos/")}


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case [*elements]:
            for element in elements:
                yield from _texts(element)
        case {**items}:
            yield from _texts([*items.values()])


def stored_files(folder: Path) -> set[str]:
    """The paths of all files in a storage folder."""
    return {str(path.relative_to(folder)) for path in _files(folder)}


def age_files(folder: Path) -> None:
    """Have all files in a folder be two days old, as they are when it is time to sweep."""
    then = time.time() - TWO_DAYS
    for path in _files(folder):
        os.utime(path, (then, then))


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):  # others may remove folders meanwhile
        yield from (Path(parent, name) for name in names)


async def _queued(database: Database) -> int:
    async with database.transaction() as session:
        return int((await session.scalars(text("SELECT count(*) FROM pgqueuer"))).one())


async def eventually(condition: Callable[[], bool], *, seconds: float = ENDED_SECONDS, what: str) -> None:
    """Return when a condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        await asyncio.sleep(0.05)

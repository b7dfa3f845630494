"""A worker that is killed at any stage, early or late, takes nothing with it: another goes on where it was."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest

from database.engine import Database
from database.video_job import STAGE_ENDED, ProcessingStatus, Stage, StageName, StageStatus
from processing.pipeline import Pipeline
from services.job_events import JobEvents
from services.video_job import cancel_video_job
from tests.support.ai_answers import COMPLETIONS, TRANSCRIPTIONS, slow
from tests.support.ai_server import AIServer
from tests.support.gates import Gate, gate
from tests.support.processed import (
    age_files,
    assert_ended_once,
    ended_job,
    eventually,
    job_of,
    outcome_of,
    referred_files,
    stored_files,
    undisturbed,
)
from tests.support.small_clips import SmallClip
from tests.support.uploads import upload
from tests.support.workers import Worker, killable_workers, suspend

SOON_SECONDS = 60
ASKING = {StageName.TRANSCRIPT: TRANSCRIPTIONS, StageName.DESCRIPTION: COMPLETIONS}


async def runs(database: Database, owner: UUID, job_id: UUID, name: StageName) -> None:
    """Return as soon as a stage of a job runs."""
    job_events = JobEvents(database)
    try:
        async with asyncio.timeout(SOON_SECONDS):
            async for event in job_events.follow(owner, 0):
                if event.id == job_id and stage_of(event.processing_stages, name)["status"] == StageStatus.RUNNING:
                    return
    finally:
        await job_events.close()


async def reads_for_ever(worker: Worker, gate: Gate) -> None:
    """Have the video that a worker reads take it for ever, if it is not just done with it."""
    async with asyncio.timeout(SOON_SECONDS):
        while not (readers := worker.readers()) and not await gate.is_reached():
            await asyncio.sleep(0.01)
    for reader in readers:
        suspend(reader)


def stage_of(stages: list[Stage], name: StageName) -> Stage:
    return stages[list(StageName).index(name)]


async def assert_interrupted(database: Database, job_id: UUID, name: StageName) -> list[Stage]:
    """The stages of a job whose worker died at one: that has not ended, those before it have."""
    job = await job_of(database, job_id)
    at = list(StageName).index(name)
    assert job.status == ProcessingStatus.PROCESSING
    assert job.processing_stages[at]["status"] == StageStatus.RUNNING
    assert {stage["status"] for stage in job.processing_stages[:at]} <= set(STAGE_ENDED)
    return job.processing_stages[:at]


@pytest.mark.parametrize("name", list(StageName))
async def test_a_worker_is_killed_as_soon_as_a_stage_runs(
    asking_env: dict[str, str],
    asking: Pipeline,
    ai: AIServer,
    viewer: UUID,
    clips: Mapping[str, SmallClip],
    *,
    name: StageName,
) -> None:
    # To one without subtitles the AI has to listen.
    clip = clips["spoken" if name == StageName.TRANSCRIPT else "subtitled"]
    database = asking.database
    expected = await undisturbed(asking, [clip])
    usual = [request.path for request in ai.requests]
    job_id = (await upload(database, asking.storage, viewer, clip)).job_id
    with killable_workers(asking_env) as workers:
        worker = workers.start()
        async with gate(database, name) as end_of_stage:
            if name in ASKING:
                ai.answer_next(slow(SOON_SECONDS))
            await runs(database, viewer, job_id, name)
            if name in ASKING:
                await eventually(lambda: len(ai.requests) > len(usual), what="the AI is asked")
            else:
                await reads_for_ever(worker, end_of_stage)
            workers.kill(worker)
        kept = await assert_interrupted(database, job_id, name)
        workers.start()
        job = await ended_job(database, job_id)
    assert job.processing_stages[: len(kept)] == kept, "what was done is not done again"
    assert await outcome_of(database, job_id) == expected[clip.kind]
    again = [ASKING[name]] if name in ASKING else []
    assert [request.path for request in ai.requests] == usual + again + usual
    await assert_ended_once(database)


@pytest.mark.long
async def test_workers_are_killed_when_a_result_is_stored_and_not_yet_written_down(
    asking_env: dict[str, str], asking: Pipeline, viewer: UUID, clips: Mapping[str, SmallClip], files: Path
) -> None:
    database = asking.database
    expected = await undisturbed(asking, [clips["subtitled"]])
    job_id = (await upload(database, asking.storage, viewer, clips["subtitled"])).job_id
    kept: list[Stage] = []
    with killable_workers(asking_env) as workers:
        worker = workers.start()
        for name in StageName:
            async with gate(database, name) as end_of_stage:
                await end_of_stage.reached()
                workers.kill(worker)
            stages = await assert_interrupted(database, job_id, name)
            assert stages[: len(kept)] == kept, "what was done is not done again"
            kept = stages
            worker = workers.start()
        await ended_job(database, job_id)
    assert await outcome_of(database, job_id) == expected["subtitled"]
    assert stored_files(files) == await referred_files(database)
    await assert_ended_once(database)


async def test_what_nobody_will_refer_to_any_more_is_swept(
    asking_env: dict[str, str], asking: Pipeline, viewer: UUID, clips: Mapping[str, SmallClip], files: Path
) -> None:
    database = asking.database
    uploaded = await upload(database, asking.storage, viewer, clips["subtitled"])
    with killable_workers(asking_env) as workers:
        worker = workers.start()
        async with gate(database, StageName.THUMBNAIL) as end_of_stage:
            await end_of_stage.reached()
            workers.kill(worker)
    await assert_interrupted(database, uploaded.job_id, StageName.THUMBNAIL)
    thumbnail = f"videos/{uploaded.video_id.hex}/jobs/{uploaded.job_id.hex}/thumbnail.jpg"
    assert stored_files(files) == await referred_files(database) | {thumbnail}
    age_files(files)
    with killable_workers(asking_env) as workers:
        await cancel_video_job(database, viewer, uploaded.job_id)
        workers.start()
        await eventually(lambda: thumbnail not in stored_files(files), seconds=SOON_SECONDS, what="it is swept")
    assert stored_files(files) == await referred_files(database)
    await assert_ended_once(database)

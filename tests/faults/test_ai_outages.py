"""An AI that goes away, is asked too much or breaks: jobs wait for it, or end with a reason to be retried."""

from collections import Counter
from collections.abc import Iterator, Mapping
from uuid import UUID

import pytest

from database.video_job import ProcessingStatus, StageName, StageStatus
from processing.pipeline import Pipeline
from services.video_job import retry_video_job
from tests.support.ai_answers import COMPLETIONS, TRANSCRIPTIONS, cut_short, failing
from tests.support.ai_server import AIServer
from tests.support.processed import assert_ended_once, delayed, ended_job, outcome_of, retried, undisturbed
from tests.support.processes import running
from tests.support.small_clips import SmallClip
from tests.support.uploads import upload

PENDING, RUNNING, DONE, SKIPPED, FAILED = StageStatus
# The AI listens to the one, and writes about both.
MEETS = {"spoken": StageName.TRANSCRIPT, "subtitled": StageName.DESCRIPTION}
# A call is made four times before it counts as failed.
BUSY = (failing(429, "Slow down.", Retry_After="1"), failing(500), cut_short, failing(503))


@pytest.fixture
def worker(asking_env: dict[str, str]) -> Iterator[None]:
    """A running worker that asks the AI."""
    with running("worker", env=asking_env):
        yield


@pytest.mark.usefixtures("worker")
async def test_what_meets_an_outage_goes_on_after_it(
    asking: Pipeline, ai: AIServer, viewer: UUID, clips: Mapping[str, SmallClip]
) -> None:
    database = asking.database
    expected = await undisturbed(asking, [clips[kind] for kind in MEETS])
    ai.down()
    jobs = {kind: (await upload(database, asking.storage, viewer, clips[kind])).job_id for kind in MEETS}
    before = {kind: await delayed(database, jobs[kind], name) for kind, name in MEETS.items()}
    ai.up()
    for kind, name in MEETS.items():
        job = await ended_job(database, jobs[kind])
        at = list(StageName).index(name)
        assert job.processing_stages[:at] == before[kind][:at], "what was done is not done again"
        assert await outcome_of(database, job.id) == expected[kind]
    await assert_ended_once(database)


@pytest.mark.usefixtures("worker")
async def test_an_ai_that_is_busy_or_broken_for_a_while_is_waited_for(
    asking: Pipeline, ai: AIServer, viewer: UUID, clips: Mapping[str, SmallClip]
) -> None:
    database = asking.database
    expected = await undisturbed(asking, [clips["spoken"]])
    asked = len(ai.requests)
    ai.answer_next(*BUSY, failing(500))
    job = await ended_job(database, (await upload(database, asking.storage, viewer, clips["spoken"])).job_id)
    assert await outcome_of(database, job.id) == expected["spoken"]
    assert Counter(request.path for request in ai.requests[asked:]) == {TRANSCRIPTIONS: 6, COMPLETIONS: 1}
    await assert_ended_once(database)


@pytest.mark.usefixtures("worker")
async def test_what_an_outage_outlasts_fails_with_a_reason_and_is_retried_where_it_was(
    asking: Pipeline, ai: AIServer, viewer: UUID, clips: Mapping[str, SmallClip]
) -> None:
    database = asking.database
    expected = await undisturbed(asking, [clips[kind] for kind in MEETS])
    ai.down()
    uploads = {kind: (await upload(database, asking.storage, viewer, clips[kind])).job_id for kind in MEETS}
    failed = {kind: await ended_job(database, job_id) for kind, job_id in uploads.items()}
    ai.up()
    for kind, name in MEETS.items():
        job = failed[kind]
        assert (job.status, job.error_code) == (ProcessingStatus.FAILED, "PROVIDER_UNAVAILABLE")
        assert str(job.error_message).startswith("The AI service failed to answer: ")
        at = list(StageName).index(name)
        assert [stage["status"] for stage in job.processing_stages[at:]] == [FAILED, PENDING][: len(StageName) - at]
        asked = len(ai.requests)
        again = await ended_job(database, await retry_video_job(database, viewer, job.id))
        for before, after in zip(job.processing_stages, again.processing_stages, strict=True):
            assert before == after or before["status"] != DONE, "what was done is not done again"
        assert retried(await outcome_of(database, again.id)) == retried(expected[kind])
        assert len(ai.requests) == asked + {"spoken": 2, "subtitled": 1}[kind]
    await assert_ended_once(database)

"""An object store that goes away and comes back: uploads and jobs wait for it, or end with a reason to be retried."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from database.video_job import ProcessingStatus, StageName, StageStatus
from processing.pipeline import Pipeline
from server.settings import Settings
from server.stores import open_storage
from services.storage import Storage
from tests.support.gates import gate
from tests.support.object_store import CREDENTIALS, ObjectStore
from tests.support.patient_client import PatientClient, patient_client
from tests.support.processed import (
    assert_ended_once,
    delayed,
    ended_job,
    eventually,
    outcome_of,
    referred_files,
    retried,
    undisturbed,
)
from tests.support.processes import running, wait_until_ready
from tests.support.small_clips import SmallClip

PREFIX = "library"
PENDING, RUNNING, DONE, SKIPPED, FAILED = StageStatus


@pytest.fixture
def bucket(object_store: ObjectStore) -> str:
    return object_store.bucket()


@pytest.fixture
def settings(settings: Settings, object_store: ObjectStore, bucket: str) -> Settings:
    return settings.model_copy(update={"storage_url": object_store.url(bucket, PREFIX)})


@pytest.fixture
def storage(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Storage:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return open_storage(settings)


@pytest.fixture
def env(env: dict[str, str], settings: Settings) -> dict[str, str]:
    """Of processes that keep their files in the bucket."""
    assert settings.storage_url is not None
    return env | CREDENTIALS | {"REELGRAPH_STORAGE_URL": settings.storage_url}


@pytest.fixture
async def client(env: dict[str, str], access_token: str) -> AsyncIterator[PatientClient]:
    """A client of a running server, beside which a worker runs."""
    url = f"http://127.0.0.1:{env['REELGRAPH_PORT']}"
    with running("serve", env=env), running("worker", env=env):
        await asyncio.to_thread(wait_until_ready, url)
        async with patient_client(url, access_token) as client:
            yield client


async def assert_nothing_left(pipeline: Pipeline, object_store: ObjectStore, bucket: str) -> None:
    """All jobs have ended, and what is in the bucket is what rows refer to."""
    await assert_ended_once(pipeline.database)
    stored = {key.removeprefix(f"{PREFIX}/") for key in object_store.keys(bucket)}
    assert stored == await referred_files(pipeline.database)


async def test_what_meets_an_outage_goes_on_after_it(
    client: PatientClient, pipeline: Pipeline, object_store: ObjectStore, bucket: str, clips: Mapping[str, SmallClip]
) -> None:
    database = pipeline.database
    expected = await undisturbed(pipeline, [clips["subtitled"], clips["spoken"]])
    async with gate(database, StageName.PROBE) as end_of_probe:
        first = await client.upload(clips["subtitled"])
        await end_of_probe.reached()
        with object_store.outage():
            uploading = asyncio.create_task(client.upload(clips["spoken"]))
            await end_of_probe.open()
            before = await delayed(database, first.job_id, StageName.THUMBNAIL)
            await eventually(lambda: client.failures > 0, what="the upload has met it as well")
    second = await uploading
    after = await ended_job(database, first.job_id)
    await ended_job(database, second.job_id)
    assert after.processing_stages[0] == before[0], "PROBE is not run again"
    assert await outcome_of(database, first.job_id) == expected["subtitled"]
    assert await outcome_of(database, second.job_id) == expected["spoken"]
    await assert_nothing_left(pipeline, object_store, bucket)


async def test_what_an_outage_outlasts_fails_with_a_reason_and_is_retried_where_it_was(
    client: PatientClient, pipeline: Pipeline, object_store: ObjectStore, bucket: str, clips: Mapping[str, SmallClip]
) -> None:
    database = pipeline.database
    expected = await undisturbed(pipeline, [clips["subtitled"]])
    async with gate(database, StageName.PROBE) as end_of_probe:
        upload = await client.upload(clips["subtitled"])
        await end_of_probe.reached()
        with object_store.outage():
            await end_of_probe.open()
            failed = await ended_job(database, upload.job_id)
    assert (failed.status, failed.error_code) == (ProcessingStatus.FAILED, "STORAGE_UNAVAILABLE")
    assert failed.error_message is not None
    assert failed.error_message.startswith("Storage can't be used: ")
    assert [stage["status"] for stage in failed.processing_stages] == [DONE, FAILED, PENDING, PENDING, PENDING]
    job = await ended_job(database, await client.retry(failed.id))
    assert job.processing_stages[0] == failed.processing_stages[0], "PROBE is not run again"
    assert retried(await outcome_of(database, job.id)) == retried(expected["subtitled"])
    await assert_nothing_left(pipeline, object_store, bucket)

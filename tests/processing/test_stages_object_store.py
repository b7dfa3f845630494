"""Stages whose files are in an S3, which goes away and comes back."""

from pathlib import Path

import pytest

from database.video_job import StageName
from processing.pipeline import STAGES, Pipeline
from processing.stages import StageInput, StageResult
from server.demo.recording import Recording, Subtitles
from server.settings import Settings
from server.stores import open_storage
from services.storage import Storage, StorageUnavailableError
from tests.processing.test_pipeline import (
    DONE,
    PENDING,
    RUNNING,
    Instead,
    completed,
    instead,
    job_and_metadata,
    pipeline,
    statuses,
)
from tests.processing.test_stages import ENGLISH, PICTURE, Uploads, stage_of, uploads
from tests.support.object_store import CREDENTIALS, ObjectStore

FIXTURES = (instead, pipeline, uploads)
RECORDING = Recording(1, PICTURE, subtitles=(Subtitles("subrip", "eng", ENGLISH),))


@pytest.fixture
def bucket(object_store: ObjectStore) -> str:
    return object_store.bucket()


@pytest.fixture
def storage(tmp_path: Path, object_store: ObjectStore, bucket: str, monkeypatch: pytest.MonkeyPatch) -> Storage:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return open_storage(Settings(data=tmp_path / "data", storage_url=object_store.url(bucket)))


async def test_an_outage_in_the_midst_of_a_stage_is_told_and_waited_for(
    pipeline: Pipeline, uploads: Uploads, object_store: ObjectStore, bucket: str, instead: Instead
) -> None:
    job_id = await uploads.job(RECORDING, name="harbour.mkv")
    keep_subtitles = STAGES[StageName.SUBTITLES]

    async def cut_off(given: StageInput) -> StageResult:
        with object_store.outage():
            return await keep_subtitles(given)

    instead(StageName.SUBTITLES, cut_off)
    with pytest.raises(StorageUnavailableError):
        await pipeline.process(job_id)
    job, _ = await job_and_metadata(pipeline.database, job_id)
    assert statuses(job) == [DONE, DONE, RUNNING, PENDING, PENDING]
    assert str(stage_of(job, StageName.SUBTITLES)["message"]).endswith("; it is tried again soon.")

    instead(StageName.SUBTITLES, keep_subtitles)
    await pipeline.process(job_id)
    job, metadata = await completed(pipeline.database, job_id)
    assert statuses(job) == [DONE] * 5
    files = {file["storage_path"] for file in metadata.subtitle_files}
    files |= {str(metadata.thumbnail_storage_path), str(metadata.transcript_storage_path)}
    original = f"videos/{job.video_id.hex}/original"
    assert {key.removeprefix("library/") for key in object_store.keys(bucket)} == {original, *files}

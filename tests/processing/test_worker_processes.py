"""Workers as processes of their own, which are killed and told to stop."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psutil
import pytest

from processing.pipeline import Pipeline
from server.settings import Settings
from services.storage import Storage
from tests.processing.test_cancel import ended, entries, held_child, working
from tests.processing.test_pipeline import clip, completed, pipeline, queued_job
from tests.processing.test_worker import log_of_queue
from tests.support.library import Library

FIXTURES = (clip, pipeline)
STARTED_SECONDS = 30
STOPPED_SECONDS = 20


@pytest.fixture
def env(process_env: dict[str, str], settings: Settings, storage: Storage) -> dict[str, str]:
    """Of workers on the test's own database and files."""
    assert process_env["REELGRAPH_DATA"] == str(settings.data)
    return {**os.environ, **process_env, "REELGRAPH_WORKER_HEARTBEAT_SECONDS": "2"}


@contextmanager
def worker(env: dict[str, str]) -> Iterator[psutil.Popen]:
    process = psutil.Popen([sys.executable, "-m", "server", "worker", "--concurrency", "1"], env=env)
    try:
        yield process
    finally:
        if process.is_running():
            process.kill()
        process.wait()


async def held(process: psutil.Popen) -> psutil.Process:
    """The child of a worker that reads a job's video, stopped in the midst of it."""
    async with asyncio.timeout(STARTED_SECONDS):
        return await held_child(psutil.Process(process.pid))


async def test_the_job_of_a_worker_that_is_killed_is_taken_over(
    pipeline: Pipeline, library: Library, env: dict[str, str], clip: bytes
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    with worker(env) as process:
        child = await held(process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        child.resume()
        psutil.wait_procs([child], timeout=5)
        assert not child.is_running(), "nobody reads for a worker that is dead"
    async with working(pipeline, heartbeat_timeout=timedelta(seconds=2)):
        await ended(pipeline.database, job_id)
    await completed(pipeline.database, job_id)
    assert await entries(pipeline.database) == []
    statuses = [status for status, _ in await log_of_queue(pipeline.database)]
    assert statuses == ["queued", "picked", "picked", "successful"]


async def test_a_worker_that_is_told_to_stop_finishes_what_it_is_at(
    pipeline: Pipeline, library: Library, env: dict[str, str], clip: bytes
) -> None:
    job_id = await queued_job(library, pipeline.storage, clip)
    with worker(env) as process:
        child = await held(process)
        process.terminate()
        await asyncio.sleep(0.5)
        child.resume()
        assert await asyncio.to_thread(process.wait, STOPPED_SECONDS) == 0
    await completed(pipeline.database, job_id)
    assert await entries(pipeline.database) == []


async def test_a_worker_that_is_told_to_stop_gives_back_what_takes_too_long(
    pipeline: Pipeline, library: Library, env: dict[str, str], clip: bytes
) -> None:
    await queued_job(library, pipeline.storage, clip)
    with worker(env) as process:
        child = await held(process)
        process.terminate()
        assert await asyncio.to_thread(process.wait, STOPPED_SECONDS) == 0
        assert not child.is_running()
    assert await entries(pipeline.database) == ["queued"]

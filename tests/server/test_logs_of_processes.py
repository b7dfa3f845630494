"""What the real commands write, and what is logged of jobs."""

import json
from datetime import timedelta
from pathlib import Path

import httpx
from uuid_utils.compat import uuid7

from database.engine import Database
from database.video_job import ProcessingStatus
from processing.media import Limits
from processing.pipeline import Pipeline
from processing.providers import embedded_providers
from server.settings import Settings
from server.telemetry.jobs import JobWatch
from server.tokens import issue_token
from services.storage import Storage
from tests.support.library import Library
from tests.support.log import logging_to_memory
from tests.support.processes import running, wait_until_ready

SECRET = "pa55-w0rd-of-mine"


async def test_a_job_and_its_stages_are_logged(
    settings: Settings, database: Database, storage: Storage, library: Library
) -> None:
    video = await library.video(size_bytes=len(SECRET), original_filename=SECRET)
    await storage.put(video.storage_path, SECRET.encode())
    job = await library.job(video, ProcessingStatus.PENDING)
    pipeline = Pipeline(database, storage, Limits(wall_seconds=30), embedded_providers(), JobWatch())
    with logging_to_memory(settings) as log:
        await pipeline.process(job.id)
        await pipeline.process(job.id)
    told = [entry["event"] for entry in log.entries if entry["logger"] == "server.telemetry.jobs"]
    for event, beginning in zip(
        told, ("stage PROBE failed after ", "failed after ", "ended before after "), strict=True
    ):
        start, middle, end = event.partition(beginning)
        assert (start.replace(":", "").strip(), middle) == (f"job {job.id}", beginning)
        assert float(end.removesuffix(" seconds")) >= 0
    assert SECRET not in log.text


def test_a_server_writes_one_json_object_a_line(process_env: dict[str, str], tmp_path: Path) -> None:
    log, secret = tmp_path / "log", "q7Lm2ZxV9rT4wYb8NcE1uJs6KfHd3PaG"
    token = issue_token(secret, uuid7(), timedelta(minutes=5))
    environment = process_env | {"REELGRAPH_ENVIRONMENT": "production", "REELGRAPH_LOG_OPERATIONS": "all"}
    environment |= {"REELGRAPH_JWT_SECRET": secret}
    url = f"http://127.0.0.1:{process_env['REELGRAPH_PORT']}"
    with log.open("wb") as stderr, running("serve", env=environment, stderr=stderr):
        wait_until_ready(url)
        for query in ("query Good { __typename }", "{ nothing }"):
            httpx.post(f"{url}/graphql", json={"query": query}, headers={"Authorization": f"Bearer {token}"})
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert [entry["outcome"] for entry in entries if entry["event"] == "operation"] == ["ok", "refused"]
    assert {"uvicorn.error", "server.operations"} <= {entry["logger"] for entry in entries}
    assert all({"event", "level", "logger", "timestamp"} <= entry.keys() for entry in entries)
    assert token not in log.read_text()

"""What processing and uploading cost: clips a second with two workers, and a file of 2 GB beside `cp`.

`python -m bench.processing`, or `make bench-processing`. The clips are the demo library's, each uploaded several times
by the API; the workers are processes of their own, with one video at a time each, on jobs that all wait already.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

from bench import uploads
from bench.place import Place
from bench.running import running
from bench.servers import servers
from database.embedded import embedded_postgres
from server.client import Client
from server.demo.clips import CLIPS
from server.settings import Settings

DATA = Path(".reelgraph/bench-processing")
COPIES = 5
WORKERS = 2
PATIENCE_SECONDS = 600
ENDED = """
    SELECT count(*) FILTER (WHERE status IN ('COMPLETED', 'FAILED')) AS ended,
           count(*) FILTER (WHERE status = 'COMPLETED') AS completed,
           extract(epoch FROM max(finished_at) - min(started_at)) AS seconds
    FROM video_jobs WHERE id = ANY($1)
"""
STAGES = """
    SELECT stage.name, avg(extract(epoch FROM stage.finished_at - stage.started_at)) AS mean
    FROM video_jobs AS job, jsonb_to_recordset(job.processing_stages)
        AS stage (name text, status text, started_at timestamptz, finished_at timestamptz)
    WHERE job.id = ANY($1) AND stage.status = 'DONE' GROUP BY 1 ORDER BY 2 DESC
"""


def main() -> None:
    """Measure both."""
    settings = Settings(data=DATA)
    settings.data.mkdir(parents=True, exist_ok=True)
    with embedded_postgres(settings.data) as url:
        asyncio.run(uploads.migrated(url))
        place = Place.of(settings, url)
        with tempfile.TemporaryDirectory() as folder, running(servers()[0], place) as server:
            print(f"Making {len(CLIPS)} clips …", file=sys.stderr)
            clips = [clip.write(Path(folder)) for clip in CLIPS]
            job_ids = asyncio.run(_upload(server.url, place.token, clips * COPIES))
        _report(*asyncio.run(_process(place, job_ids)))
    shutil.rmtree(settings.data / "files")
    uploads.main()


async def _upload(url: str, token: str, clips: list[Path]) -> list[str]:
    """The ids of the jobs, as the database has them."""
    async with Client(url, token) as client:
        return [(await client.upload(clip)).job_id.removeprefix("job_") for clip in clips]


async def _process(place: Place, job_ids: list[str]) -> tuple[Any, list[Any]]:
    """How the jobs ended, and how long each stage took."""
    connection = await asyncpg.connect(host=str(place.socket), user="reelgraph", database="reelgraph")
    try:
        with _workers(place):
            deadline = time.monotonic() + PATIENCE_SECONDS
            while (found := await connection.fetchrow(ENDED, job_ids))["ended"] < len(job_ids):
                assert time.monotonic() < deadline, f"{found['ended']} of {len(job_ids)} jobs have ended"
                await asyncio.sleep(0.2)
        return found, await connection.fetch(STAGES, job_ids)
    finally:
        await connection.close()


@contextmanager
def _workers(place: Place) -> Iterator[None]:
    command = [str(Path(sys.executable).with_name("reelgraph")), "worker", "--concurrency", "1"]
    with (place.settings.data / "worker.log").open("w") as log:
        processes = [
            subprocess.Popen(command, env={**os.environ, **place.environment}, stdout=log, stderr=log)
            for _ in range(WORKERS)
        ]
        try:
            yield
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait()


def _report(found: Any, stages: list[Any]) -> None:
    seconds = float(found["seconds"])
    print(f"{found['ended']} clips with {WORKERS} workers in {seconds:.1f} s: {found['ended'] / seconds:.1f} clips/s")
    print(f"{found['completed']} completed; mean seconds of stages that were done:", end=" ")
    print(", ".join(f"{stage['name']} {stage['mean']:.2f}" for stage in stages))


if __name__ == "__main__":
    main()

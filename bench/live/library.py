"""A database of its own beside the benchmark's: owners with some videos each, one of them being processed."""

import asyncpg
import orjson
from uuid_utils.compat import uuid7

from bench.live.contract import Job, stages_after
from bench.place import Place
from database.engine import Database
from database.migrate import migrate
from server.demo.viewer import DEMO_USER
from services.bulk_seed import BulkPlan, load_bulk_library

NAME = "reelgraph_live"
VIDEOS, JOBS = 5, 2

# Of each owner a video that nobody processes, and its title; with a title, if there is such a video.
IDLE_VIDEOS = """
SELECT DISTINCT ON (v.uploader_user_id) v.uploader_user_id, v.id, m.title
FROM videos v LEFT JOIN LATERAL (
  SELECT m.title FROM video_jobs j JOIN video_metadata m ON m.job_id = j.id
  WHERE j.video_id = v.id AND j.status = 'COMPLETED' ORDER BY j.created_at DESC, j.id DESC LIMIT 1
) m ON true
WHERE NOT EXISTS (SELECT FROM video_jobs WHERE video_id = v.id AND status IN ('PENDING', 'PROCESSING'))
ORDER BY v.uploader_user_id, m.title IS NULL, v.id
"""
START = """
INSERT INTO video_jobs (id, uploader_user_id, video_id, status, processing_stages, started_at, created_at, updated_at)
VALUES ($1, $2, $3, 'PROCESSING', $4, now(), now(), now())
"""


def dsn(place: Place) -> str:
    """The address of the database, as asyncpg and our server take it."""
    return f"postgresql://reelgraph@/{NAME}?host={place.socket}"


async def make(place: Place, owners: int) -> list[Job]:
    """Make the database anew, the same each time but for the ids of jobs; returns a job of each owner."""
    await place.fetch(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}")
    database = Database(dsn(place))
    try:
        await migrate(database.engine)
        await load_bulk_library(database, BulkPlan(DEMO_USER, owners, VIDEOS, JOBS))
    finally:
        await database.close()
    return await _start_jobs(place)


async def _start_jobs(place: Place) -> list[Job]:
    stages = orjson.dumps(stages_after(0)).decode()
    connection = await asyncpg.connect(dsn(place))
    try:
        jobs = [Job(owner, uuid7(), video, title) for owner, video, title in await connection.fetch(IDLE_VIDEOS)]
        # What is there before the subscribers come is no news.
        await connection.execute("SET reelgraph.job_events = 'off'")
        await connection.executemany(START, [(job.id, job.owner, job.video_id, stages) for job in jobs])
        await connection.execute("VACUUM (ANALYZE) video_jobs")
    finally:
        await connection.close()
    return jobs

"""The ceiling: the three answers written by hand, as little as can honestly be done for them in Python.

No GraphQL, no authentication, no framework: ASGI, asyncpg and orjson. The request's body is read for the operation's
name and its variables; each answer is one or two prepared statements of just the columns that it needs.

Tried, and slower: PostgreSQL making the JSON; rows that hold arrays of rows; Q1 in one statement, which repeats every
video for each of its jobs; Q2 in two; asyncpg's datetimes, where text will do (a quarter of Q1, a third of Q3).
"""

import asyncio
import os
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uvicorn

VIEWER = UUID(os.environ["VIEWER"]).hex
CONNECTIONS = 10

VIDEOS = """
SELECT id, original_filename, size_bytes, created_at FROM videos
WHERE uploader_user_id = $1 ORDER BY created_at DESC, id DESC LIMIT 50
"""
JOBS_WITH_METADATA = """
SELECT j.video_id, j.id, j.status, j.attempt, j.created_at, j.finished_at,
  m.id, m.title, m.extracted_video_duration_seconds, m.extracted_video_resolution
FROM unnest($2::uuid[]) AS keys(id)
CROSS JOIN LATERAL (
  SELECT id, video_id, status, attempt, created_at, finished_at FROM video_jobs
  WHERE video_id = keys.id AND uploader_user_id = $1 ORDER BY created_at DESC, id DESC LIMIT 10
) j
LEFT JOIN video_metadata m ON m.job_id = j.id AND m.uploader_user_id = $1
ORDER BY j.created_at DESC, j.id DESC
"""
VIDEO_WITH_JOBS = """
SELECT v.id, v.uploader_user_id, v.original_filename, v.storage_path, v.content_type, v.size_bytes, v.created_at,
  v.updated_at, m.id, m.version, m.title, m.description, m.tags, m.extracted_video_duration_seconds,
  m.extracted_video_resolution, m.extracted_video_format, m.created_at, m.updated_at,
  l.id, l.status, l.processing_stages, l.error_message, l.error_code, l.attempt, l.created_at, l.updated_at,
  l.started_at, l.finished_at, j.id, j.status, j.attempt, j.created_at
FROM videos v
LEFT JOIN LATERAL (
  SELECT m.* FROM video_jobs c JOIN video_metadata m ON m.job_id = c.id AND m.uploader_user_id = $2
  WHERE c.video_id = v.id AND c.uploader_user_id = $2 AND c.status = 'COMPLETED'
  ORDER BY c.created_at DESC, c.id DESC LIMIT 1
) m ON true
LEFT JOIN LATERAL (
  SELECT * FROM video_jobs WHERE video_id = v.id AND uploader_user_id = $2 ORDER BY created_at DESC, id DESC LIMIT 1
) l ON true
LEFT JOIN LATERAL (
  SELECT id, status, attempt, created_at FROM video_jobs
  WHERE video_id = v.id AND uploader_user_id = $2 ORDER BY created_at DESC, id DESC LIMIT 10
) j ON true
WHERE v.id = $1 AND v.uploader_user_id = $2
ORDER BY j.created_at DESC, j.id DESC
"""
COMPLETED_JOBS = """
SELECT j.id, j.status, j.attempt, j.created_at, j.started_at, j.finished_at,
  v.id, v.original_filename, v.size_bytes, v.created_at
FROM (
  SELECT id, video_id, status, attempt, created_at, started_at, finished_at FROM video_jobs
  WHERE uploader_user_id = $1 AND status = 'COMPLETED' ORDER BY created_at DESC, id DESC LIMIT 100
) j
JOIN videos v ON v.id = j.video_id AND v.uploader_user_id = $1
ORDER BY j.created_at DESC, j.id DESC
"""

Statements = Mapping[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


async def library(statements: Statements, _variables: Mapping[str, Any]) -> Any:
    """Q1."""
    videos = await statements[VIDEOS].fetch(VIEWER)
    rows = await statements[JOBS_WITH_METADATA].fetch(VIEWER, [video[0] for video in videos])
    jobs: dict[str, list[Any]] = {video[0]: [] for video in videos}
    for row in rows:
        jobs[row[0]].append(
            {
                "id": f"job_{row[1]}",
                "status": row[2],
                "attempt": row[3],
                "createdAt": row[4],
                "finishedAt": row[5],
                "metadata": None
                if row[6] is None
                else {
                    "id": f"metadata_{row[6]}",
                    "title": row[7],
                    "extractedVideoDurationSeconds": row[8],
                    "extractedVideoResolution": row[9],
                },
            }
        )
    return {
        "videos": {
            "nodes": [
                {
                    "id": f"video_{video[0]}",
                    "originalFilename": video[1],
                    "sizeBytes": video[2],
                    "createdAt": video[3],
                    "jobs": {"nodes": jobs[video[0]]},
                }
                for video in videos
            ]
        }
    }


async def video_in_full(statements: Statements, variables: Mapping[str, Any]) -> Any:
    """Q2."""
    rows = await statements[VIDEO_WITH_JOBS].fetch(variables["id"][6:], VIEWER)
    if not rows:
        return {"video": None}
    row = rows[0]
    return {
        "video": {
            "id": f"video_{row[0]}",
            "uploaderUserId": str(UUID(row[1])),
            "originalFilename": row[2],
            "storagePath": row[3],
            "contentType": row[4],
            "sizeBytes": row[5],
            "createdAt": row[6],
            "updatedAt": row[7],
            "status": row[19],
            "title": row[10],
            "latestJob": None if row[18] is None else latest_job(row),
            "metadata": None if row[8] is None else metadata(row),
            "jobs": {
                "nodes": [
                    {"id": f"job_{job[28]}", "status": job[29], "attempt": job[30], "createdAt": job[31]}
                    for job in rows
                    if job[28] is not None
                ]
            },
        }
    }


def latest_job(row: Any) -> dict[str, Any]:
    """The newest job in a row of `VIDEO_WITH_JOBS`."""
    stages = orjson.loads(row[20])
    ended = sum(stage["status"] in {"DONE", "SKIPPED"} for stage in stages)
    return {
        "id": f"job_{row[18]}",
        "status": row[19],
        "progress": 1.0 if row[19] == "COMPLETED" else ended / (len(stages) or 1),
        "processingStages": [
            {"name": stage["name"], "status": stage["status"], "message": stage["message"]} for stage in stages
        ],
        "errorMessage": row[21],
        "errorCode": row[22],
        "attempt": row[23],
        "createdAt": row[24],
        "updatedAt": row[25],
        "startedAt": row[26],
        "finishedAt": row[27],
    }


def metadata(row: Any) -> dict[str, Any]:
    """The newest completed job's metadata in a row of `VIDEO_WITH_JOBS`."""
    return {
        "id": f"metadata_{row[8]}",
        "version": row[9],
        "title": row[10],
        "description": row[11],
        "tags": row[12],
        "extractedVideoDurationSeconds": row[13],
        "extractedVideoResolution": row[14],
        "extractedVideoFormat": row[15],
        "createdAt": row[16],
        "updatedAt": row[17],
    }


async def completed_jobs(statements: Statements, _variables: Mapping[str, Any]) -> Any:
    """Q3."""
    rows = await statements[COMPLETED_JOBS].fetch(VIEWER)
    return {
        "videoJobs": {
            "nodes": [
                {
                    "id": f"job_{row[0]}",
                    "status": row[1],
                    "attempt": row[2],
                    "createdAt": row[3],
                    "startedAt": row[4],
                    "finishedAt": row[5],
                    "video": {
                        "id": f"video_{row[6]}",
                        "originalFilename": row[7],
                        "sizeBytes": row[8],
                        "createdAt": row[9],
                    },
                }
                for row in rows
            ]
        }
    }


ANSWERS = {"Q1": library, "Q2": video_in_full, "Q3": completed_jobs}


def instant(text: str) -> str:
    """An instant as the contract writes it, of PostgreSQL's: 2026-01-31 12:00:00.5+00."""
    return f"{text[:10]}T{text[11:-3]}Z"


class Connections:
    """Kept connections with their prepared statements: nothing is reset between two uses."""

    def __init__(self) -> None:
        self._free: list[Statements] = []
        self._waiting: deque[asyncio.Future[Statements]] = deque()

    async def open(self) -> None:
        """Connect, where libpq's environment variables say."""
        for _ in range(CONNECTIONS):
            connection = await asyncpg.connect(server_settings={"timezone": "UTC"})
            await connection.set_type_codec(
                "uuid", schema="pg_catalog", format="binary", encoder=bytes.fromhex, decoder=bytes.hex
            )
            await connection.set_type_codec("timestamptz", schema="pg_catalog", encoder=str, decoder=instant)
            texts = (VIDEOS, JOBS_WITH_METADATA, VIDEO_WITH_JOBS, COMPLETED_JOBS)
            self._free.append({text: await connection.prepare(text) for text in texts})

    async def take(self) -> Statements:
        """A free connection, the one used last first; waits in line for one."""
        if self._free:
            return self._free.pop()
        turn: asyncio.Future[Statements] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        return await turn

    def give(self, statements: Statements) -> None:
        """Give a connection back."""
        if self._waiting:
            self._waiting.popleft().set_result(statements)
        else:
            self._free.append(statements)


connections = Connections()


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The ASGI application."""
    if scope["type"] == "lifespan":
        await receive()
        await connections.open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    message = await receive()
    body = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    given = orjson.loads(body)
    statements = await connections.take()
    try:
        data = await ANSWERS[given["operationName"]](statements, given["variables"])
    finally:
        connections.give(statements)
    answer = orjson.dumps({"data": data})
    length = str(len(answer)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", length)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


if __name__ == "__main__":
    uvicorn.run(
        app, port=int(os.environ["PORT"]), loop="uvloop", http="httptools", log_level="warning", access_log=False
    )

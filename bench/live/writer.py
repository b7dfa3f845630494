"""The writer: commits changes of jobs at an even pace."""

import asyncio
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

import asyncpg
import orjson

from bench.live.contract import Change, Job, job_of, stages_of

# More than one, so that a slow commit makes none of the next ones late.
CONNECTIONS = 4
UPDATE = "UPDATE video_jobs SET processing_stages = $2, attempt = $3, updated_at = now() WHERE id = $1"


def write(control: Connection, dsn: str, jobs: list[Job], *, rate: int, changes: int) -> list[Change]:
    """Say "connected", and commit a number of changes, `rate` a second."""
    return asyncio.run(_write_all(control, dsn, jobs, rate, changes))


async def _write_all(control: Connection, dsn: str, jobs: list[Job], rate: int, changes: int) -> list[Change]:
    connections = [await asyncpg.connect(dsn) for _ in range(CONNECTIONS)]
    try:
        control.send("connected")
        start = time.monotonic() + 1
        turns = ((number, start + number / rate) for number in range(1, changes + 1))
        writers = (_write(connection, jobs, turns) for connection in connections)
        written = await asyncio.gather(*writers)
    finally:
        for connection in connections:
            await connection.close()
    return sorted((change for some in written for change in some), key=lambda change: change.number)


async def _write(connection: Any, jobs: list[Job], turns: Iterator[tuple[int, float]]) -> list[Change]:
    changes = []
    for number, due in turns:
        await asyncio.sleep(due - time.monotonic())
        stages = orjson.dumps(stages_of(number, len(jobs))).decode()
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(UPDATE, job_of(number, jobs).id, stages, number)
        sent = time.time_ns()
        await transaction.commit()
        changes.append(Change(number, sent, time.time_ns()))
    return changes

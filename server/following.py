"""Following a job to its end, by the subscription that a user interface would use."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import httpx

from database.errors import ReelgraphError
from server.client import Client, Uploaded
from server.own_documents import JOB_CHANGES, JOB_NOW

ENDED = {"COMPLETED", "FAILED"}
# After this long without a change, or a moment after the connection was lost, the job is looked at again.
SILENCE_SECONDS = 30
PAUSE_SECONDS = 0.5


async def follow(client: Client, uploaded: Uploaded) -> AsyncIterator[dict[str, Any]]:
    """A job as it is now, and after each change, until it has ended; raises `ReelgraphError` when it is gone."""
    while True:
        now = await client.graphql(JOB_NOW, id=uploaded.job_id)
        if now["videoJob"] is None:
            raise ReelgraphError(f"The job {uploaded.job_id} is gone: its video was deleted.")
        yield now["videoJob"]
        if now["videoJob"]["status"] in ENDED:
            return
        async with aclosing(_changes(client, uploaded, now["videoJobEventsCursor"])) as changes:
            async for job in changes:
                yield job
                if job["status"] in ENDED:
                    return
        await asyncio.sleep(PAUSE_SECONDS)


async def _changes(client: Client, uploaded: Uploaded, cursor: str) -> AsyncGenerator[dict[str, Any]]:
    """The job after each change, until there is silence or the connection is lost."""
    async with aclosing(client.subscribe(JOB_CHANGES, video=uploaded.video_id, after=cursor)) as answers:
        while True:
            try:
                async with asyncio.timeout(SILENCE_SECONDS):
                    answer = await anext(answers)
            except (StopAsyncIteration, TimeoutError, httpx.HTTPError):
                return
            job = _job(answer)
            if job["id"] == uploaded.job_id:
                yield job


def _job(answer: dict[str, Any]) -> dict[str, Any]:
    if "errors" in answer:
        raise ReelgraphError("; ".join(str(error.get("message")) for error in answer["errors"]))
    job: dict[str, Any] = answer["data"]["videoJobEvents"]["job"]
    return job

"""Following a job to its end, by the subscription that a user interface would use."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import httpx

from database.errors import ReelgraphError
from server.client import Client, Uploaded

ENDED = {"COMPLETED", "FAILED"}
# After this long without a change, or a moment after the connection was lost, the job is looked at again.
SILENCE_SECONDS = 30
PAUSE_SECONDS = 0.5

PARTS = """
fragment Parts on VideoJob {
  id status progress errorCode errorMessage
  processingStages { name status message }
  metadata { id extractedVideoDurationSeconds extractedVideoResolution extractedVideoFormat thumbnailFileUrl }
}"""
# The cursor is read before the job, so no change falls between this and what is subscribed to after it.
NOW = "query ($id: ID!) { videoJobEventsCursor videoJob(id: $id) { ...Parts } }" + PARTS
CHANGES = (
    "subscription ($video: ID!, $after: String!) {"
    " videoJobEvents(videoId: $video, after: $after) { cursor job { ...Parts } } }" + PARTS
)


async def follow(client: Client, uploaded: Uploaded) -> AsyncIterator[dict[str, Any]]:
    """A job as it is now, and after each change, until it has ended; raises `ReelgraphError` when it is gone."""
    while True:
        now = await client.graphql(NOW, id=uploaded.job_id)
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
    async with aclosing(client.subscribe(CHANGES, video=uploaded.video_id, after=cursor)) as answers:
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

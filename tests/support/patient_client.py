"""A client as one should be: it sends a call again, with the same key, until it is answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from database.errors import ReelgraphError
from server.client import Client, succeeded
from server.own_documents import COMPLETE_UPLOAD, CREATE_UPLOAD
from tests.support.small_clips import SmallClip

PAUSE_SECONDS = 0.1
PATIENCE_SECONDS = 120
CONTENT_TYPE = "application/octet-stream"
CURSOR = "{ videoJobEventsCursor }"
FOLLOW = """subscription ($after: String) {
  videoJobEvents(after: $after) { cursor job { id status attempt errorCode processingStages { name status message } } }
}"""

RETRY = """mutation ($job: ID!, $key: String) {
  retryVideoJob(jobId: $job, idempotencyKey: $key) {
    ... on Error { message }
    ... on RetryVideoJobSuccess { job { id } }
  }
}"""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An upload that the server has called complete."""

    video_id: UUID
    job_id: UUID


class PatientClient:
    """Talks to one server as one user. `failures` counts what was answered by an error or not at all."""

    def __init__(self, client: Client, storage: httpx.AsyncClient) -> None:
        self.failures = 0
        self._client = client
        self._storage = storage

    async def insist(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an operation, whenever it comes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                with suppress(ReelgraphError):
                    return await self._client.graphql(query, **variables)
                await self._has_failed()

    async def upload(self, clip: SmallClip) -> Acknowledged:
        """Upload a video; returns when that is acknowledged."""
        key, content = uuid4(), clip.content
        announced = {"originalFilename": clip.path.name, "contentType": CONTENT_TYPE, "sizeBytes": len(content)}
        while True:
            answer = await self.insist(CREATE_UPLOAD, input=announced | {"idempotencyKey": f"{key} create"})
            created = succeeded(answer["createVideoUpload"])
            if await self._send(created["upload"], content):
                break
        video_id = created["video"]["id"]
        answer = await self.insist(COMPLETE_UPLOAD, input={"videoId": video_id, "idempotencyKey": f"{key} complete"})
        completed = succeeded(answer["completeVideoUpload"])
        return Acknowledged(key_of(video_id), key_of(completed["job"]["id"]))

    async def retry(self, job_id: UUID) -> UUID:
        """Have a failed job's video processed after all; the new job's key."""
        answer = await self.insist(RETRY, job=f"job_{job_id.hex}", key=str(uuid4()))
        return key_of(succeeded(answer["retryVideoJob"])["job"]["id"])

    async def follow(self, cursor: str, seen: list[dict[str, Any]]) -> None:
        """Add each job as it was after each change since; whenever the stream ends, go on from there."""
        while True:
            with suppress(httpx.HTTPError, ReelgraphError):
                async with aclosing(self._client.subscribe(FOLLOW, after=cursor)) as answers:
                    async for answer in answers:
                        if answer.get("errors"):
                            break
                        event = answer["data"]["videoJobEvents"]
                        cursor = event["cursor"]
                        seen.append(event["job"])
            await self._has_failed()

    async def _send(self, target: dict[str, Any], content: bytes) -> bool:
        """Whether the bytes have arrived, now or before."""
        headers = {header["name"]: header["value"] for header in target["headers"]}
        with suppress(httpx.TransportError):
            response = await self._storage.request(target["method"], target["url"], headers=headers, content=content)
            if response.is_success or response.status_code == httpx.codes.CONFLICT:
                return True
        await self._has_failed()
        return False

    async def _has_failed(self) -> None:
        self.failures += 1
        await asyncio.sleep(PAUSE_SECONDS)


@asynccontextmanager
async def patient_client(url: str, token: str) -> AsyncIterator[PatientClient]:
    """A client of the server at an address."""
    async with Client(url, token) as client, httpx.AsyncClient(timeout=60) as storage:
        yield PatientClient(client, storage)


def key_of(node_id: str) -> UUID:
    """The key in one of the API's ids."""
    return UUID(hex=node_id.rpartition("_")[2])

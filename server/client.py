"""The server's API as a client sees it: what `reelgraph upload` and the demo library go through."""

import asyncio
import json
import mimetypes
import os
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from database.errors import ReelgraphError
from server.outgoing import OutgoingFile
from server.own_documents import COMPLETE_UPLOAD, CREATE_UPLOAD

# Seconds to wait for a connection that was lost; anew after each that something came by.
PAUSES = (1, 2, 4, 8, 15, 30)
NAME = {"GraphQL-Client-Name": "reelgraph", "GraphQL-Client-Version": version("reelgraph")}


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The ids of an uploaded video and of the job that processes it."""

    video_id: str
    job_id: str


class UnreachableError(ReelgraphError):
    """The server does not answer; it may in a while."""


class Client:
    """Talks to one server as one user; use it as an async context manager."""

    def __init__(self, base_url: str, token: str) -> None:
        self.base_url = base_url
        self._http = httpx.AsyncClient(headers={**NAME, "Authorization": f"Bearer {token}"}, timeout=60)
        # The upload link is its own authority; it may lead to another host, which must not see our token.
        self._storage = httpx.AsyncClient(timeout=60)

    async def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        """The `data` of an operation; raises `ReelgraphError` for whatever keeps it from being whole."""
        try:
            response = await self._http.post(f"{self.base_url}/graphql", json={"query": query, "variables": variables})
        except httpx.HTTPError as error:
            raise self._unreachable(error) from None
        try:
            answer = response.json()
        except ValueError:
            answer = None
        match answer:
            case {"errors": [*errors]}:
                raise ReelgraphError("; ".join(str(error.get("message")) for error in errors))
            case {"data": dict(data)}:
                return data
        raise ReelgraphError(
            f"{self.base_url} does not answer as Reelgraph does (HTTP {response.status_code}).", "Check the address."
        )

    async def upload(self, path: Path, *, sent: Callable[[int], None] = lambda _: None) -> Uploaded:
        """Send a file through the upload path; `sent` hears of each chunk's bytes as it leaves.

        Where the connection is lost, it goes on when there is one again.
        """
        try:
            size = (await asyncio.to_thread(path.stat)).st_size
        except OSError as error:
            raise ReelgraphError(f"{path} can't be read: {error.strerror}.") from None
        announced = {
            # A name need not be UTF-8 on every file system; the API's texts are.
            "originalFilename": os.fsencode(path.name).decode(errors="replace"),
            "contentType": mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            "sizeBytes": size,
            "idempotencyKey": str(uuid4()),
        }
        created = await self._announce_and_send(OutgoingFile(path, size, sent), announced)
        video_id: str = created["video"]["id"]
        completed = succeeded((await self.graphql(COMPLETE_UPLOAD, input={"videoId": video_id}))["completeVideoUpload"])
        return Uploaded(video_id, completed["job"]["id"])

    async def subscribe(self, query: str, **variables: Any) -> AsyncGenerator[dict[str, Any]]:
        """The answers of a subscription, until the server ends it; raises `httpx.HTTPError` where the connection does.

        Close it (`aclosing`) to hear no more.
        """
        body = {"query": query, "variables": variables}
        headers = {"Accept": "text/event-stream"}
        async with self._http.stream("POST", f"{self.base_url}/graphql", json=body, headers=headers) as response:
            if response.is_error:
                raise ReelgraphError(f"The subscription was refused (HTTP {response.status_code}).")
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    yield json.loads(line.removeprefix("data: "))

    async def _announce_and_send(self, file: OutgoingFile, announced: dict[str, Any]) -> dict[str, Any]:
        """What the announcement of a file answers, when it is sent; waits for a connection that is lost in between."""
        created, pauses, most = None, iter(PAUSES), 0
        while True:
            try:
                # Announced again, it is the same video, with a link that is good for longer.
                created = succeeded((await self.graphql(CREATE_UPLOAD, input=announced))["createVideoUpload"])
                await file.send(self._storage, created["upload"])
            except UnreachableError as error:
                lost = error
            except httpx.TransportError as error:
                lost = self._unreachable(error)
            else:
                return created
            if file.received_bytes > most:
                pauses, most = iter(PAUSES), file.received_bytes
            pause = next(pauses, None)
            if created is None or pause is None:
                raise lost
            await asyncio.sleep(pause)

    def _unreachable(self, error: httpx.HTTPError) -> UnreachableError:
        return UnreachableError(
            f"No answer from {self.base_url}: {str(error) or type(error).__name__}.",
            "Is the server running? Start it with `make run`, or name another with --url.",
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()
        await self._storage.aclose()


def succeeded(result: dict[str, Any]) -> dict[str, Any]:
    """A result union's success; raises `ReelgraphError` for its other members."""
    if "message" in result:
        raise ReelgraphError(result["message"])
    return result

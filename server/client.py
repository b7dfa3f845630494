"""The server's API as a client sees it: what `reelgraph upload` and the demo library go through."""

import asyncio
import json
import mimetypes
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from database.errors import ReelgraphError
from server.own_documents import COMPLETE_UPLOAD, CREATE_UPLOAD

CHUNK_BYTES = 256 * 1024
NAME = {"GraphQL-Client-Name": "reelgraph", "GraphQL-Client-Version": version("reelgraph")}


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The ids of an uploaded video and of the job that processes it."""

    video_id: str
    job_id: str


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
        """Send a file through the upload path; `sent` hears of each chunk's bytes as it leaves."""
        try:
            size = (await asyncio.to_thread(path.stat)).st_size
        except OSError as error:
            raise ReelgraphError(f"{path} can't be read: {error.strerror}.") from None
        announced = {
            # A name need not be UTF-8 on every file system; the API's texts are.
            "originalFilename": os.fsencode(path.name).decode(errors="replace"),
            "contentType": mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            "sizeBytes": size,
        }
        created = succeeded((await self.graphql(CREATE_UPLOAD, input=announced))["createVideoUpload"])
        await self._send(path, size, created["upload"], sent)
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

    async def _send(self, path: Path, size: int, target: dict[str, Any], sent: Callable[[int], None]) -> None:
        headers = {header["name"]: header["value"] for header in target["headers"]}
        try:
            response = await self._storage.request(
                target["method"],
                target["url"],
                headers={**headers, "Content-Length": str(size)},
                content=_chunks(path, sent),
            )
        except httpx.HTTPError as error:
            raise self._unreachable(error) from None
        if response.is_error:
            raise ReelgraphError(f"The upload of {path} was refused (HTTP {response.status_code}): {response.text}")

    def _unreachable(self, error: httpx.HTTPError) -> ReelgraphError:
        return ReelgraphError(
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


async def _chunks(path: Path, sent: Callable[[int], None]) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
            sent(len(chunk))

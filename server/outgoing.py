"""A file on its way to its upload target, and what is left of it to be sent after the connection was lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx

from database.errors import ReelgraphError

CHUNK_BYTES = 256 * 1024
# Nothing is wrong with the file: it was waited for too long, or whoever takes it can't right now.
PASSING = {408, 429, 500, 502, 503, 504}


class OutgoingFile:
    """A file of `size` bytes; `sent` hears of each chunk's bytes as it leaves, and of those that were lost as less."""

    def __init__(self, path: Path, size: int, sent: Callable[[int], None]) -> None:
        self._path = path
        self._size = size
        self._sent = sent
        self._position = 0
        self._is_begun = False
        self.received_bytes = 0

    async def send(self, http: httpx.AsyncClient, target: dict[str, Any]) -> None:
        """Send all of it, or what has not come yet.

        Raises `httpx.TransportError` when the same again may succeed, `ReelgraphError` when the target refuses it.
        """
        if self._is_begun:
            self.received_bytes = await self._received(http, target)
        self._is_begun = True
        self._be_at(self.received_bytes)
        if self.received_bytes == 0:
            method, headers = target["method"], {header["name"]: header["value"] for header in target["headers"]}
        else:
            method = "PATCH"
            headers = {
                "Content-Type": "application/partial-upload",
                "Upload-Offset": str(self.received_bytes),
                "Upload-Complete": "?1",
            }
        headers["Content-Length"] = str(self._size - self.received_bytes)
        response = await http.request(method, target["url"], headers=headers, content=self._rest())
        if response.status_code in PASSING or "UPLOAD_OFFSET_MISMATCH" in response.text:
            raise httpx.TransportError(response.text)
        # It came whole before, and only the answer was lost.
        if response.is_error and "ALREADY_UPLOADED" not in response.text:
            raise ReelgraphError(f"{self._path} was refused (HTTP {response.status_code}): {response.text}")

    async def _received(self, http: httpx.AsyncClient, target: dict[str, Any]) -> int:
        if not target["isResumable"]:
            return 0
        response = await http.head(target["url"])
        if response.status_code in PASSING:
            raise httpx.TransportError(f"HTTP {response.status_code}")
        # Whatever else is wrong, the file's own request is told of it in words.
        return int(response.headers.get("Upload-Offset", 0)) if response.is_success else 0

    async def _rest(self) -> AsyncIterator[bytes]:
        with self._path.open("rb") as file:
            file.seek(self._position)
            while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                yield chunk
                self._be_at(self._position + len(chunk))

    def _be_at(self, position: int) -> None:
        self._sent(position - self._position)
        self._position = position

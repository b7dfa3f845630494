"""Drafts written by threads while the event loop receives what comes next."""

import asyncio
from collections.abc import Callable
from typing import TypeAlias

from services.storage.draft import Draft

BATCH_BYTES = 1024 * 1024

# Puts what has come into a draft, or nowhere, and returns how many bytes; for a thread to call, for a little while.
Pour: TypeAlias = Callable[[Draft | None], int]
Piece: TypeAlias = bytes | Pour


class DraftWriter:
    """Writes to a draft, chunks a batch behind; each crossing of threads costs, so they are collected."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._batch: list[bytes] = []
        self._batched_bytes = 0
        self._writing: asyncio.Future[None] | None = None

    async def add(self, chunk: bytes) -> None:
        """Append a chunk, sooner or later."""
        self._batch.append(chunk)
        self._batched_bytes += len(chunk)
        if self._batched_bytes >= BATCH_BYTES:
            await self._write()

    async def pour(self, pour: Pour) -> int:
        """Append what it pours."""
        await self.finish()
        return await asyncio.to_thread(pour, self._draft)

    async def finish(self) -> None:
        """Have all be appended."""
        await self._write()
        await self._written()

    async def _write(self) -> None:
        await self._written()
        batch, self._batch, self._batched_bytes = self._batch, [], 0
        if batch:
            self._writing = asyncio.get_running_loop().run_in_executor(None, self._draft.write, batch)

    async def _written(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            await writing

"""Storage in a folder; its links lead to our own server."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from obstore.store import LocalStore

from services.storage.draft import Draft, remove_abandoned
from services.storage.errors import (
    AlreadyStoredError,
    NotStoredError,
    StorageUnavailableError,
    UnusableStorageError,
    UploadIncompleteError,
    UploadTooLargeError,
)
from services.storage.failures import disk_failures_told
from services.storage.links import TokenLinks
from services.storage.storage import INCOMING, Storage, checked

BATCH_BYTES = 4 * 1024 * 1024


class FolderStorage(Storage):
    """Storage in the folder `root`, which is made if absent; raises UnusableStorageError where it can't be."""

    links: TokenLinks

    def __init__(self, root: Path, links: TokenLinks) -> None:
        self._root = root.resolve()
        try:
            with disk_failures_told():
                store = LocalStore(self._root, mkdir=True, automatic_cleanup=True)
        except StorageUnavailableError as error:
            raise UnusableStorageError(str(self._root), error) from error
        super().__init__(str(self._root), store, links)

    async def write_new(self, path: str, chunks: AsyncIterator[bytes], *, expected_bytes: int) -> None:
        """Stores the chunks at `path` whole, or not at all, holding a few MiB of them in memory.

        When it returns, they are on the disk. Raises AlreadyStoredError when the path is taken, before reading anything
        if it can; UploadTooLargeError as soon as more than `expected_bytes` came; UploadIncompleteError when fewer did;
        StorageFullError; and whatever `chunks` raises.
        """
        if await self.stat(path) is not None:
            raise AlreadyStoredError(path)
        await asyncio.to_thread(remove_abandoned, self._root / INCOMING)
        draft = Draft(self._root / INCOMING)
        try:
            await self._fill(draft, chunks, expected_bytes)
            await asyncio.to_thread(draft.publish, self._root / path, root=self._root, replace=False)
        except FileExistsError:
            raise AlreadyStoredError(path) from None
        finally:
            # Shielded, because the task that is cancelled must not leave its draft behind.
            await asyncio.shield(asyncio.to_thread(draft.discard))

    async def _fill(self, draft: Draft, chunks: AsyncIterator[bytes], expected_bytes: int) -> None:
        """Writes one batch while the next arrives."""
        loop = asyncio.get_running_loop()
        writing: asyncio.Future[None] | None = None
        async with aclosing(_batches(chunks, expected_bytes)) as batches:
            async for batch in batches:
                if writing is not None:
                    await writing
                writing = loop.run_in_executor(None, draft.write, batch)
        if writing is not None:
            await writing

    async def accept_upload(self, path: str, *, content_type: str, size_bytes: int) -> None:
        """Check that the file is there: `write_new` has seen to all else."""
        received = await self.size(path) or 0
        if received != size_bytes:
            raise UploadIncompleteError(received, size_bytes)

    async def put(self, path: str, data: bytes, *, content_type: str | None = None) -> None:
        """Store a small result; its type is what the link to it says."""
        checked(path)
        await asyncio.to_thread(self._put, path, data)

    def _put(self, path: str, data: bytes) -> None:
        draft = Draft(self._root / INCOMING)
        try:
            draft.write([data])
            draft.publish(self._root / path, root=self._root, replace=True)
        finally:
            draft.discard()

    @asynccontextmanager
    async def local_file(self, path: str) -> AsyncIterator[Path]:
        """The object itself, so whoever writes to it changes it."""
        if await self.stat(path) is None:
            raise NotStoredError(path)
        yield self._root / path


async def _batches(chunks: AsyncIterator[bytes], expected_bytes: int) -> AsyncGenerator[list[bytes]]:
    """Collects chunks, because each write crosses threads; the last batch only comes if the size is right."""
    received = batched = 0
    batch: list[bytes] = []
    async for chunk in chunks:
        received += len(chunk)
        if received > expected_bytes:
            raise UploadTooLargeError(expected_bytes)
        batch.append(chunk)
        batched += len(chunk)
        if batched >= BATCH_BYTES:
            yield batch
            batch, batched = [], 0
    if received < expected_bytes:
        raise UploadIncompleteError(received, expected_bytes)
    yield batch

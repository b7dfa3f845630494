"""Storage in a folder; its links lead to our own server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from obstore.store import LocalStore

from services.storage.draft import Draft, remove_abandoned
from services.storage.draft_writer import DraftWriter, Piece
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
from services.storage.resumable import Resumable
from services.storage.storage import INCOMING, Storage, checked


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

    async def write_new(self, path: str, pieces: AsyncIterator[Piece], *, expected_bytes: int, offset: int = 0) -> None:
        """Stores the pieces at `path` whole, or not at all, holding a few MiB of them in memory.

        They go on from byte `offset` of what came before; what has come when it fails is kept to be gone on with, but
        for what can't be right. When it returns, the file is on the disk. Raises AlreadyStoredError when the path is
        taken, before reading anything if it can; UploadOffsetError where fewer bytes came before; UploadBusyError;
        UploadTooLargeError as soon as more than `expected_bytes` came; UploadIncompleteError when fewer did;
        NotStoredError when it was deleted meanwhile; StorageFullError; and whatever `pieces` raises.
        """
        if await self.stat(path) is not None:
            raise AlreadyStoredError(path)
        await asyncio.to_thread(remove_abandoned, self._root / INCOMING)
        uploads = self._resumable(path)
        begin = partial(uploads.resume, offset) if offset else uploads.begin
        draft = await asyncio.to_thread(begin, size_bytes=expected_bytes)
        is_kept = True
        try:
            await _fill(draft, pieces, expected_bytes, received=offset)
            await asyncio.to_thread(draft.publish, self._root / path, root=self._root, replace=False)
            is_kept = False
        except FileExistsError:
            is_kept = False
            raise AlreadyStoredError(path) from None
        except UploadTooLargeError:
            is_kept = offset > 0  # what came before was right
            raise
        except StorageUnavailableError:
            # What a disk has failed to write is not to be believed, and of one that is full this is the least needed.
            is_kept = False
            raise
        finally:
            # Shielded, because the task that is cancelled must not leave its draft open.
            await asyncio.shield(asyncio.to_thread(uploads.end, draft, is_kept=is_kept))

    async def received_bytes(self, path: str) -> int:
        """How many bytes of an upload have come and are kept; 0 once it is stored."""
        return await asyncio.to_thread(self._resumable(path).received_bytes)

    def _resumable(self, path: str) -> Resumable:
        return Resumable(self._root / INCOMING / checked(path))

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
        draft = Draft.begin(self._root / INCOMING)
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


async def _fill(draft: Draft, pieces: AsyncIterator[Piece], expected_bytes: int, *, received: int) -> None:
    writer = DraftWriter(draft)
    async for piece in pieces:
        received += await writer.pour(piece) if callable(piece) else len(piece)
        if received > expected_bytes:
            raise UploadTooLargeError(expected_bytes)
        if not callable(piece):
            await writer.add(piece)
    if received < expected_bytes:
        raise UploadIncompleteError(received, expected_bytes)
    await writer.finish()

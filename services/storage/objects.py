"""Storage in an object store: S3, Google Cloud Storage or Azure; its links lead straight there."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import obstore

from services.storage.draft import Draft, remove_abandoned
from services.storage.errors import (
    ContentTypeMismatchError,
    NotStoredError,
    StorageFullError,
    StorageUnavailableError,
    UploadIncompleteError,
)
from services.storage.failures import failures_told
from services.storage.headers import ANYTHING, bare_type, safe_type
from services.storage.presigned import PresignedLinks
from services.storage.storage import INCOMING, Storage, Store, checked

if TYPE_CHECKING:
    from obstore import Attributes

# A download is that many requests at a time, of that many bytes: it holds 32 MiB of memory.
PART_BYTES = 8 * 1024 * 1024
PARTS_AT_ONCE = 4


class ObjectStorage(Storage):
    """Storage in a bucket. `copying` is the same store, with more patience: it may copy gigabytes.

    `downloads` is a folder for objects that are to be read as files.
    """

    def __init__(
        self,
        address: str,
        store: Store,
        copying: Store,
        links: PresignedLinks,
        *,
        downloads: Path,
        largest_upload: int,
    ) -> None:
        super().__init__(address, store, links)
        self.largest_upload = largest_upload
        self._copying = copying
        self._downloads = downloads

    async def accept_upload(self, path: str, *, content_type: str, size_bytes: int) -> None:
        """Move the object to where no link leads by which anybody can write."""
        expected = safe_type(content_type)
        try:
            await self._require(checked(path), expected, size_bytes)
        except (UploadIncompleteError, ContentTypeMismatchError):
            await self._move(f"{INCOMING}/{path}", path, expected, size_bytes)
        # Otherwise it was moved before, by somebody who could not say so any more.

    async def _move(self, sent: str, path: str, content_type: str, size_bytes: int) -> None:
        await self._require(sent, content_type, size_bytes)
        try:
            with failures_told():
                await obstore.copy_async(self._copying, sent, path)
            # Once more, because the client can send something else until the store begins to copy.
            await self._require(path, content_type, size_bytes)
        except FileNotFoundError:
            raise UploadIncompleteError(0, size_bytes) from None
        except (UploadIncompleteError, ContentTypeMismatchError):
            await self.delete(path)
            raise
        with suppress(StorageUnavailableError):  # the sweep removes it as well
            await self.delete(sent)

    async def _require(self, path: str, content_type: str, size_bytes: int) -> None:
        try:
            with failures_told():
                found = await obstore.get_async(self._store, path, options={"head": True})
        except FileNotFoundError:
            raise UploadIncompleteError(0, size_bytes) from None
        if found.meta["size"] != size_bytes:
            raise UploadIncompleteError(found.meta["size"], size_bytes)
        sent = found.attributes.get("Content-Type", "")
        # An encoding would have it unpacked on its way: it would be another file.
        if bare_type(sent) != content_type or "Content-Encoding" in found.attributes:
            raise ContentTypeMismatchError(sent, content_type)

    async def put(self, path: str, data: bytes, *, content_type: str | None = None) -> None:
        """Store a small result with its type."""
        attributes: Attributes = {"Content-Type": content_type or ANYTHING}
        try:
            with failures_told():
                await obstore.put_async(self._store, checked(path), data, attributes=attributes, use_multipart=False)
        except FileNotFoundError:
            raise StorageUnavailableError("there is no such bucket or container") from None

    @asynccontextmanager
    async def local_file(self, path: str) -> AsyncIterator[Path]:
        """A copy of the object, there while the block runs; raises StorageFullError where there is no space for it."""
        stored = await self.stat(path)
        if stored is None:
            raise NotStoredError(path)
        await asyncio.to_thread(self._make_space, stored.size_bytes)
        copy = Draft.begin(self._downloads)
        try:
            await self._download(path, stored.size_bytes, copy)
            yield copy.path
        finally:
            await asyncio.shield(asyncio.to_thread(copy.discard))

    def _make_space(self, size_bytes: int) -> None:
        remove_abandoned(self._downloads)
        self._downloads.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self._downloads).free < size_bytes:
            raise StorageFullError

    async def _download(self, path: str, size_bytes: int, copy: Draft) -> None:
        window = PART_BYTES * PARTS_AT_ONCE
        for start in range(0, size_bytes, window):
            parts = range(start, min(start + window, size_bytes), PART_BYTES)
            ranges = (self._range(path, part, min(part + PART_BYTES, size_bytes)) for part in parts)
            await asyncio.to_thread(copy.write, await asyncio.gather(*ranges))

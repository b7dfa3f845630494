"""Objects in a store: whole or absent, never changed once uploaded."""

import asyncio
import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import obstore
from obstore.store import AzureStore, GCSStore, LocalStore, S3Store

from services.storage.errors import InvalidPathError, NotStoredError, StorageUnavailableError, UnusableStorageError
from services.storage.failures import failures_told
from services.storage.links import Links, UploadTarget

Store: TypeAlias = LocalStore | S3Store | GCSStore | AzureStore

# Where files are on their way; what is left there for a day belongs to nobody.
INCOMING = "incoming"
BLOCK_BYTES = 1024 * 1024
LISTED_AT_ONCE = 1000
# Each holds a connection to the database while its store copies, perhaps gigabytes.
ACCEPTED_AT_ONCE = 4
SAFE_PATH = re.compile(r"(?!\.\.?(/|$))[\w.-]+(/(?!\.\.?(/|$))[\w.-]+)*", re.ASCII)


@dataclass(frozen=True)
class StoredObject:
    """An object's size in bytes and its strong entity tag, quoted as in HTTP."""

    size_bytes: int
    etag: str


@dataclass(frozen=True)
class ListedObject:
    """An object as a listing has it: its path, its size in bytes and when it was written."""

    path: str
    size_bytes: int
    modified_at: datetime


class Storage(ABC):
    """Reads and writes objects by path, and makes the links by which clients do.

    Paths are made by us (`videos/<hex>/original`), never from file names. Every method raises InvalidPathError for one
    that is empty, absolute or has `..`, and StorageUnavailableError when the store does not do its part.
    """

    # The largest file that a client can send to the store, in bytes, if it is limited.
    largest_upload: int | None = None

    def __init__(self, address: str, store: Store, links: Links) -> None:
        self.address = address
        self.links = links
        # To be held while an upload is accepted.
        self.accepting = asyncio.Semaphore(ACCEPTED_AT_ONCE)
        self._store = store

    @property
    def upload_lifetime(self) -> timedelta:
        """How long upload links are valid."""
        return self.links.lifetimes.upload

    def upload_target(
        self, path: str, *, content_type: str, size_bytes: int, filename: str | None = None
    ) -> UploadTarget:
        """Where a client sends the one file of exactly `size_bytes` that may come to `path`."""
        return self.links.upload_target(
            checked(path), content_type=content_type, size_bytes=size_bytes, filename=filename
        )

    def download_url(self, path: str, *, content_type: str, filename: str | None = None) -> str:
        """A link to the object, the same for a while; browsers save it as `filename`."""
        return self.links.download_url(checked(path), content_type=content_type, filename=filename)

    @abstractmethod
    async def accept_upload(self, path: str, *, content_type: str, size_bytes: int) -> None:
        """Make what a client has sent to the path's upload target the object at `path`, if it is what was announced.

        Nothing a client sends later changes the object. It may be called again; calls for the same path must not
        overlap. Raises UploadIncompleteError (also for too many bytes) and ContentTypeMismatchError.
        """

    @abstractmethod
    async def put(self, path: str, data: bytes, *, content_type: str | None = None) -> None:
        """Store a small result such as a thumbnail; a reader sees the old one or the new one, never a part.

        Clients get it as `content_type` where they fetch it from the store itself; without one they only save it.
        """

    @abstractmethod
    def local_file(self, path: str) -> AbstractAsyncContextManager[Path]:
        """The object as a file, for media tools that only read it; raises NotStoredError."""

    async def require_usable(self) -> None:
        """Raise UnusableStorageError unless objects can be written, listed and deleted, and links be made."""
        probe = f"{INCOMING}/{secrets.token_hex(16)}"
        try:
            await self.put(probe, b"")
            async for _ in self.list(INCOMING):
                break
            await self.delete(probe)
            self.download_url(probe, content_type="")
        except StorageUnavailableError as error:
            raise UnusableStorageError(self.address, error) from error

    async def stat(self, path: str) -> StoredObject | None:
        """Size and entity tag, None when nothing is there."""
        try:
            with failures_told():
                meta = await obstore.head_async(self._store, checked(path))
        except FileNotFoundError:
            return None
        assert meta["e_tag"], "every kind of store that keeps files gives one"
        return StoredObject(meta["size"], meta["e_tag"])

    async def size(self, path: str) -> int | None:
        """Bytes, None when nothing is there."""
        stored = await self.stat(path)
        return stored.size_bytes if stored else None

    async def read(self, path: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yields bytes `start` to `end` (exclusive; None is the end) in blocks of 1 MiB; raises NotStoredError."""
        stored = await self.stat(path)
        if stored is None:
            raise NotStoredError(path)
        stop = stored.size_bytes if end is None else min(end, stored.size_bytes)
        for offset in range(start, stop, BLOCK_BYTES):
            # Ranges, because the store's own stream of a local file takes a thread switch for every 8 KiB.
            yield bytes(await self._range(path, offset, min(offset + BLOCK_BYTES, stop)))

    async def list(self, prefix: str) -> AsyncIterator[ListedObject]:
        """Yields what is below the folder `prefix` (`videos`), in no order."""
        stream = obstore.list(self._store, checked(prefix), chunk_size=LISTED_AT_ONCE)
        with failures_told():
            async for page in stream:
                for meta in page:
                    yield ListedObject(meta["path"], meta["size"], meta["last_modified"])

    async def delete(self, path: str) -> None:
        """Removes the object and the folders it leaves empty; nothing happens when it is absent."""
        with suppress(FileNotFoundError), failures_told():
            await obstore.delete_async(self._store, checked(path))

    async def delete_prefix(self, prefix: str) -> None:
        """Removes everything below the folder `prefix` (`videos/<hex>`) and what is on its way there, if anything."""
        for folder in (checked(prefix), f"{INCOMING}/{prefix}"):
            paths = [listed.path async for listed in self.list(folder)]
            for start in range(0, len(paths), LISTED_AT_ONCE):
                await self._delete_all(paths[start : start + LISTED_AT_ONCE])

    async def _delete_all(self, paths: Sequence[str]) -> None:
        try:
            with failures_told():
                await obstore.delete_async(self._store, paths)
        except FileNotFoundError:
            # Somebody else is at it, and some stores stop at what is gone.
            for path in paths:
                await self.delete(path)

    async def _range(self, path: str, start: int, end: int) -> obstore.Bytes:
        try:
            with failures_told():
                return await obstore.get_range_async(self._store, path, start=start, end=end)
        except FileNotFoundError:
            raise NotStoredError(path) from None


def checked(path: str) -> str:
    """The path; raises InvalidPathError if it could lead out of the store."""
    if not SAFE_PATH.fullmatch(path):
        raise InvalidPathError(path)
    return path

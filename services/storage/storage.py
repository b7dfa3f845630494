"""Objects in an obstore store: whole or absent, never changed once uploaded."""

import asyncio
import re
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore

from services.storage.errors import (
    AlreadyStoredError,
    InvalidPathError,
    NotStoredError,
    UploadIncompleteError,
    UploadTooLargeError,
)
from services.storage.links import TokenLinks, UploadTarget

if TYPE_CHECKING:
    from obstore import AsyncWritableFile

BLOCK_BYTES = 1024 * 1024
BLOCKS_IN_FLIGHT = 4
ABANDONED_SECONDS = 3600
SAFE_PATH = re.compile(r"(?!\.\.?(/|$))[\w.-]+(/(?!\.\.?(/|$))[\w.-]+)*", re.ASCII)


@dataclass(frozen=True)
class StoredObject:
    """An object's size in bytes and its strong entity tag, quoted as in HTTP."""

    size_bytes: int
    etag: str


class Storage:
    """Reads and writes objects by path, and makes the links by which clients do.

    Paths are made by us (`videos/<hex>/original`), never from file names. Every method raises InvalidPathError
    for one that is empty, absolute or has `..`.
    """

    def __init__(self, root: Path, links: TokenLinks, *, upload_lifetime: timedelta) -> None:
        self.links = links
        self.upload_lifetime = upload_lifetime
        self._root = root.resolve()
        self._store = LocalStore(self._root, mkdir=True, automatic_cleanup=True)

    @classmethod
    def folder(
        cls,
        root: Path,
        *,
        base_url: str,
        secret: str,
        upload_lifetime: timedelta,
        download_lifetime: timedelta,
    ) -> Self:
        """Storage in the folder `root`, which is made if absent; its links lead to the server at `base_url`."""
        links = TokenLinks(
            base_url=base_url, secret=secret, upload_lifetime=upload_lifetime, download_lifetime=download_lifetime
        )
        return cls(root, links, upload_lifetime=upload_lifetime)

    def upload_target(self, path: str, *, content_type: str, size_bytes: int) -> UploadTarget:
        """Where a client sends the one file of exactly `size_bytes` that may come to `path`."""
        return self.links.upload_target(_checked(path), content_type=content_type, size_bytes=size_bytes)

    def download_url(self, path: str, *, content_type: str, filename: str | None = None) -> str:
        """A link to the object, the same for a while; browsers save it as `filename`."""
        return self.links.download_url(_checked(path), content_type=content_type, filename=filename)

    async def stat(self, path: str) -> StoredObject | None:
        """Size and entity tag, None when nothing is there."""
        try:
            meta = await obstore.head_async(self._store, _checked(path))
        except FileNotFoundError:
            return None
        assert meta["e_tag"], "every kind of store that keeps files gives one"
        return StoredObject(meta["size"], meta["e_tag"])

    async def size(self, path: str) -> int | None:
        """Bytes, None when nothing is there."""
        stored = await self.stat(path)
        return stored.size_bytes if stored else None

    async def write_new(self, path: str, chunks: AsyncIterator[bytes], *, expected_bytes: int) -> None:
        """Stores the chunks at `path` whole, or not at all, holding a few MiB of them in memory.

        Raises AlreadyStoredError when the path is taken, before reading anything if it can; UploadTooLargeError as
        soon as more than `expected_bytes` came; UploadIncompleteError when fewer did; and whatever `chunks` raises.
        """
        if await self.stat(path) is not None:
            raise AlreadyStoredError(path)
        await asyncio.to_thread(_remove_abandoned, self._root / "incoming")
        draft = f"incoming/{secrets.token_hex(16)}"
        writer = obstore.open_writer_async(
            self._store, draft, buffer_size=BLOCK_BYTES, max_concurrency=BLOCKS_IN_FLIGHT
        )
        try:
            async with aclosing(_blocks(chunks, expected_bytes)) as blocks:
                async for block in blocks:
                    await writer.write(block)
            await writer.close()
            await obstore.rename_async(self._store, draft, path, overwrite=False)
        except AlreadyExistsError:
            raise AlreadyStoredError(path) from None
        finally:
            # Shielded, because the task that is cancelled must not leave its draft behind.
            await asyncio.shield(self._discard(writer, draft))

    async def _discard(self, writer: "AsyncWritableFile", draft: str) -> None:
        # Closing turns the store's own temporary file into the draft, or removes it; then the draft can be deleted.
        with suppress(OSError):
            await writer.close()
        await self.delete(draft)

    async def put(self, path: str, data: bytes) -> None:
        """Stores a small result such as a thumbnail; a reader sees the old one or the new one, never a part."""
        await obstore.put_async(self._store, _checked(path), data)

    async def read(self, path: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yields bytes `start` to `end` (exclusive; None is the end) in blocks of 1 MiB; raises NotStoredError."""
        stored = await self.stat(path)
        if stored is None:
            raise NotStoredError(path)
        stop = stored.size_bytes if end is None else min(end, stored.size_bytes)
        for offset in range(start, stop, BLOCK_BYTES):
            # Ranges, because the store's own stream of a local file takes a thread switch for every 8 KiB.
            block = await obstore.get_range_async(self._store, path, start=offset, end=min(offset + BLOCK_BYTES, stop))
            yield bytes(block)

    @asynccontextmanager
    async def local_file(self, path: str) -> AsyncIterator[Path]:
        """The object as a file, for media tools that only read it; raises NotStoredError."""
        if await self.stat(path) is None:
            raise NotStoredError(path)
        yield self._root / path

    async def delete(self, path: str) -> None:
        """Removes the object and the folders it leaves empty; nothing happens when it is absent."""
        with suppress(FileNotFoundError):
            await obstore.delete_async(self._store, _checked(path))

    async def delete_prefix(self, prefix: str) -> None:
        """Removes everything below the folder `prefix` (`videos/<hex>`); nothing happens when it is absent."""
        for meta in await obstore.list(self._store, _checked(prefix)).collect_async():
            await self.delete(meta["path"])


def _remove_abandoned(incoming: Path) -> None:
    """Clears away the drafts of processes that were killed in mid-upload."""
    untouched_since = time.time() - ABANDONED_SECONDS
    with suppress(FileNotFoundError):  # one was finished meanwhile: the next upload goes on
        for draft in incoming.iterdir():
            if draft.stat().st_mtime < untouched_since:
                draft.unlink()


def _checked(path: str) -> str:
    if not SAFE_PATH.fullmatch(path):
        raise InvalidPathError(path)
    return path


async def _blocks(chunks: AsyncIterator[bytes], expected_bytes: int) -> AsyncGenerator[bytearray]:
    """Joins chunks to blocks, because each write crosses threads; the last block only comes if the size is right."""
    received = 0
    block = bytearray()
    async for chunk in chunks:
        received += len(chunk)
        if received > expected_bytes:
            raise UploadTooLargeError(expected_bytes)
        block += chunk
        if len(block) >= BLOCK_BYTES:
            yield block
            block = bytearray()
    if received < expected_bytes:
        raise UploadIncompleteError(received, expected_bytes)
    yield block

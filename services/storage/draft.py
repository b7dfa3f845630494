"""Files that are being written: each appears at its place whole, on the disk for good, or not at all."""

import os
import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from obstore import Bytes

from services.storage.failures import disk_failures_told

ResultT = TypeVar("ResultT")

ABANDONED_SECONDS = 24 * 3600
# What is written goes to the disk in pieces of this size while the rest arrives, so that there is no long wait for it
# at the end.
FLUSHED_BYTES = 64 * 1024 * 1024
# What POSIX systems take at least is less, what they all take is this.
CHUNKS_AT_ONCE = 1024
ATTEMPTS = 3


class Draft:
    """A new file in `folder`. Its methods block, so call them in threads, one at a time; only `discard` may overtake.

    They raise StorageUnavailableError for what goes wrong with the disk.
    """

    @disk_failures_told()
    def __init__(self, folder: Path) -> None:
        self.path = folder / secrets.token_hex(16)
        self._file = _in_folder(folder, lambda: self.path.open("xb", buffering=0))
        self._written_bytes = self._flushed_bytes = 0

    @disk_failures_told()
    def write(self, chunks: Iterable[bytes | Bytes]) -> None:
        """Append chunks."""
        left = [memoryview(chunk) for chunk in chunks]
        while left:
            # Many with a call, because around each one threads hand each other the interpreter.
            written = os.writev(self._file.fileno(), left[:CHUNKS_AT_ONCE])
            self._written_bytes += written
            left = _without(left, written)
        unflushed = self._written_bytes - self._flushed_bytes
        if unflushed >= FLUSHED_BYTES and hasattr(os, "posix_fadvise"):
            # Told that pages are needed no more, Linux begins to write those that are dirty; and it keeps them.
            os.posix_fadvise(self._file.fileno(), self._flushed_bytes, unflushed, os.POSIX_FADV_DONTNEED)
            self._flushed_bytes = self._written_bytes

    @disk_failures_told()
    def publish(self, path: Path, *, root: Path, replace: bool) -> None:
        """Put the file at `path`, somewhere below `root`, so that a power cut can't take it away again.

        Raises FileExistsError when there is one and it is not to be replaced.
        """
        os.fsync(self._file.fileno())
        # A hard link appears whole or not at all, and never over another file.
        _in_folder(path.parent, lambda: self.path.replace(path) if replace else path.hardlink_to(self.path))
        for folder in path.relative_to(root).parents:
            _sync(root / folder)

    def discard(self) -> None:
        """Remove the file, unless it was moved, and its folder if no other is in it."""
        self._file.close()
        self.path.unlink(missing_ok=True)
        with suppress(OSError):  # others are there
            self.path.parent.rmdir()


def remove_abandoned(folder: Path) -> None:
    """Clear away the files of processes that were killed."""
    untouched_since = time.time() - ABANDONED_SECONDS
    with suppress(FileNotFoundError):  # one was finished meanwhile: the next caller goes on
        for file in folder.iterdir():
            if file.stat().st_mtime < untouched_since:
                file.unlink()


def _without(chunks: list[memoryview], count: int) -> list[memoryview]:
    """What is left of chunks whose first `count` bytes are written."""
    for index, chunk in enumerate(chunks):
        if count < len(chunk):
            return [chunk[count:], *chunks[index + 1 :]]
        count -= len(chunk)
    return []


def _in_folder(folder: Path, act: Callable[[], ResultT]) -> ResultT:
    """Act in a folder that may not be there, and that who leaves it empty may remove at any time."""
    for _ in range(ATTEMPTS):
        with suppress(FileNotFoundError):
            return act()
        folder.mkdir(parents=True, exist_ok=True)
    return act()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

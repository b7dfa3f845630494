"""Files that are being written: each appears at its place whole, on the disk for good, or not at all."""

import os
import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TypeVar

from obstore import Bytes

from services.storage.failures import FULL, disk_failures_told

ResultT = TypeVar("ResultT")

ABANDONED_SECONDS = 24 * 3600
# Space is reserved, and what is written sent to the disk, in steps of this size while the rest arrives.
STEP_BYTES = 64 * 1024 * 1024
ATTEMPTS = 3


class Draft:
    """A new file in `folder`, of `size_bytes` if that is known.

    Its methods block, so call them in threads; `discard` may come at any time. They raise StorageUnavailableError for
    what goes wrong with the disk.
    """

    @disk_failures_told()
    def __init__(self, folder: Path, *, size_bytes: int = 0) -> None:
        self.path = folder / secrets.token_hex(16)
        self._file = _in_folder(folder, lambda: self.path.open("xb", buffering=0))
        self._size_bytes = size_bytes
        self._written_bytes = self._reserved_bytes = self._flushed_bytes = 0
        # A file that is closed while somebody writes is a number that is another file's.
        self._lock = Lock()

    @disk_failures_told()
    def write(self, chunks: Iterable[bytes | Bytes | memoryview]) -> None:
        """Append chunks."""
        with self._lock:
            for chunk in chunks:
                rest = memoryview(chunk)
                while rest:
                    self._prepare()
                    count = self._file.write(rest)
                    rest = rest[count:]
                    self._written_bytes += count

    @disk_failures_told()
    def splice(self, pipe: int, count: int) -> None:
        """Append bytes that are in a pipe, past our memory; Linux only."""
        with self._lock:
            while count:
                self._prepare()
                moved = os.splice(pipe, self._file.fileno(), count)
                count -= moved
                self._written_bytes += moved

    def _prepare(self) -> None:
        descriptor = self._file.fileno()
        if self._reserved_bytes <= self._written_bytes < self._size_bytes:
            step = min(STEP_BYTES, self._size_bytes - self._reserved_bytes)
            _reserve(descriptor, self._reserved_bytes, step)
            self._reserved_bytes += step
        unflushed = self._written_bytes - self._flushed_bytes
        if unflushed >= STEP_BYTES and hasattr(os, "posix_fadvise"):
            # Told that pages are needed no more, Linux begins to write those that are dirty; and it keeps them.
            os.posix_fadvise(descriptor, self._flushed_bytes, unflushed, os.POSIX_FADV_DONTNEED)
            self._flushed_bytes += unflushed

    @disk_failures_told()
    def publish(self, path: Path, *, root: Path, replace: bool) -> None:
        """Put the file at `path`, somewhere below `root`, so that a power cut can't take it away again.

        Raises FileExistsError when there is one and it is not to be replaced.
        """
        with self._lock:
            os.fsync(self._file.fileno())
        # A hard link appears whole or not at all, and never over another file.
        _in_folder(path.parent, lambda: self.path.replace(path) if replace else path.hardlink_to(self.path))
        for folder in path.relative_to(root).parents:
            _sync(root / folder)

    def discard(self) -> None:
        """Remove the file, unless it was moved, and its folder if no other is in it."""
        with self._lock:
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


def _reserve(descriptor: int, start: int, count: int) -> None:
    """Have the file system set space aside, if it can: written there, pages cost the kernel a quarter less."""
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(descriptor, start, count)
        except OSError as error:
            if error.errno in FULL:
                raise


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

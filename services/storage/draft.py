"""Files that are being written: each appears at its place whole, on the disk for good, or not at all."""

import os
import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from ctypes import CDLL, c_int, c_int64, get_errno
from functools import partial
from io import FileIO
from pathlib import Path
from threading import Lock
from typing import Self, TypeVar

from obstore import Bytes

from database.embedded.locks import try_exclusive
from services.storage.errors import NotStoredError, StorageUnavailableError
from services.storage.failures import FULL, disk_failures_told

ResultT = TypeVar("ResultT")

ABANDONED_SECONDS = 24 * 3600
# Space is reserved, and what is written sent to the disk, in steps of this size while the rest arrives.
STEP_BYTES = 64 * 1024 * 1024
ATTEMPTS = 10
# Python has only `posix_fallocate`, after which a file's size says nothing about what was written.
KEEP_SIZE = 1
_fallocate = getattr(CDLL(None, use_errno=True), "fallocate", None)
if _fallocate:
    _fallocate.argtypes = (c_int, c_int, c_int64, c_int64)


class Draft:
    """A file at `path` that is locked for whoever writes it, of `size_bytes` if that is known.

    What is in the file is what was written, even of a process that was killed, with which its lock goes. The methods
    block, so call them in threads; `close` and `discard` may come at any time. They raise StorageUnavailableError for
    what goes wrong with the disk.
    """

    def __init__(self, file: FileIO, path: Path, size_bytes: int, written_bytes: int) -> None:
        self.path = path
        self._file = file
        self._size_bytes = size_bytes
        self.written_bytes = self._reserved_bytes = self._flushed_bytes = written_bytes
        # A file that is closed while somebody writes is a number that is another file's.
        self._lock = Lock()

    @classmethod
    @disk_failures_told()
    def begin(cls, folder: Path, *, stem: str = "", size_bytes: int = 0) -> Self:
        """A new file in `folder`, whose name begins with `stem`."""
        for _ in range(ATTEMPTS):
            path = folder / (stem + secrets.token_hex(16))
            file = _in_folder(folder, partial(FileIO, path, "x"))
            if _is_held(file, path):  # and was not cleared away before that
                return cls(file, path, size_bytes, 0)
            file.close()
            path.unlink(missing_ok=True)
        raise StorageUnavailableError("its files can't be locked")

    @classmethod
    @disk_failures_told()
    def resume(cls, path: Path, offset: int, *, size_bytes: int = 0) -> Self | None:
        """The file there, to be written from byte `offset` on; None where it has fewer, or is not to be had.

        What it has beyond that stays until it is written over: a request may be late, and has less than has come since.
        """
        with suppress(FileNotFoundError):
            file = FileIO(path, "r+")
            if _is_held(file, path) and file.seek(0, os.SEEK_END) >= offset:
                file.seek(offset)
                return cls(file, path, size_bytes, offset)
            file.close()
        return None

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
                    self.written_bytes += count

    @disk_failures_told()
    def splice(self, pipe: int, count: int) -> None:
        """Append bytes that are in a pipe, past our memory; Linux only."""
        with self._lock:
            while count:
                self._prepare()
                moved = os.splice(pipe, self._file.fileno(), count)
                count -= moved
                self.written_bytes += moved

    def _prepare(self) -> None:
        descriptor = self._file.fileno()
        if self._reserved_bytes <= self.written_bytes < self._size_bytes:
            step = min(STEP_BYTES, self._size_bytes - self._reserved_bytes)
            _reserve(descriptor, self._reserved_bytes, step)
            self._reserved_bytes += step
        unflushed = self.written_bytes - self._flushed_bytes
        if unflushed >= STEP_BYTES and hasattr(os, "posix_fadvise"):
            # Told that pages are needed no more, Linux begins to write those that are dirty; and it keeps them.
            os.posix_fadvise(descriptor, self._flushed_bytes, unflushed, os.POSIX_FADV_DONTNEED)
            self._flushed_bytes += unflushed

    @disk_failures_told()
    def publish(self, path: Path, *, root: Path, replace: bool) -> None:
        """Put the file at `path`, somewhere below `root`, so that a power cut can't take it away again.

        Raises FileExistsError when there is one and it is not to be replaced, NotStoredError when the draft is gone:
        whoever deletes a video deletes what is on its way to it.
        """
        with self._lock:
            if self._size_bytes and self.written_bytes != self._size_bytes:
                raise StorageUnavailableError("a file was not written whole")
            os.fsync(self._file.fileno())
            # While it is locked, so that nobody resumes what has its place.
            if not self.path.exists():
                raise NotStoredError(str(path.relative_to(root)))
            # A hard link appears whole or not at all, and never over another file.
            _in_folder(path.parent, lambda: self.path.replace(path) if replace else path.hardlink_to(self.path))
        for folder in path.relative_to(root).parents:
            _sync(root / folder)

    def close(self) -> None:
        """Leave the file to whoever resumes it, without the space that was set aside for more."""
        with self._lock, self._file, suppress(OSError):  # the space alone is not worth a failure
            os.ftruncate(self._file.fileno(), os.fstat(self._file.fileno()).st_size)

    def discard(self) -> None:
        """Remove the file, unless it was moved, and its folder if no other is in it."""
        with self._lock:
            self.path.unlink(missing_ok=True)  # before others can lock it
            self._file.close()
        with suppress(OSError):  # others are there
            self.path.parent.rmdir()


def remove_abandoned(folder: Path) -> None:
    """Clear away the files of processes that were killed."""
    untouched_since = time.time() - ABANDONED_SECONDS
    with suppress(FileNotFoundError):  # one was finished meanwhile: the next caller goes on
        for file in folder.iterdir():
            if file.is_file() and file.stat().st_mtime < untouched_since:
                file.unlink()


def _is_held(file: FileIO, path: Path) -> bool:
    """Lock a draft that was opened by its path; False where somebody else has, or has removed or published it."""
    if not try_exclusive(file.fileno()):
        return False
    about = os.fstat(file.fileno())
    with suppress(FileNotFoundError):
        return about.st_nlink == 1 and os.path.samestat(about, path.stat())
    return False


def _reserve(descriptor: int, start: int, count: int) -> None:
    """Have the file system set space aside, if it can: written there, pages cost the kernel a quarter less."""
    if _fallocate and _fallocate(descriptor, KEEP_SIZE, start, count) and get_errno() in FULL:
        raise OSError(get_errno(), os.strerror(get_errno()))


def _in_folder(folder: Path, act: Callable[[], ResultT]) -> ResultT:
    """Act in a folder that may not be there, and that who leaves it empty may remove at any time."""
    for _ in range(ATTEMPTS):
        with suppress(FileNotFoundError):
            return act()
        with suppress(FileNotFoundError, FileExistsError):  # somebody removes it right now
            folder.mkdir(parents=True, exist_ok=True)
    return act()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Locks on files. The kernel releases them when their holder ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def opened(path: Path, flags: int = 0) -> Iterator[int]:
    """Open a private file, made if it does not exist; yields its descriptor."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | flags, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)  # never LOCK_UN: a child that inherited the descriptor goes on holding the lock


@contextmanager
def locked(descriptor: int) -> Iterator[None]:
    """Hold a lock file exclusively; waits for it."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def share(descriptor: int) -> None:
    """Hold a lock file together with others; waits while somebody holds it exclusively."""
    fcntl.flock(descriptor, fcntl.LOCK_SH)


def try_exclusive(descriptor: int) -> bool:
    """Hold a lock file exclusively if nobody else holds it; a share held before is given up either way."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        return False
    return True

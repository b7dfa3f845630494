"""What stores and disks say when they fail, as our errors."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

from services.storage.errors import StorageFullError, StorageRefusedError, StorageUnavailableError

FULL = {errno.ENOSPC, errno.EDQUOT}
LONGEST_REASON = 200
# The most telling part of obstore's messages: S3's code, an HTTP status, the system's words, the end of the first line.
TELLING = (
    r"<Code>(\w+)</Code>",
    r"status code: (\d+ [\w ]+)",
    r'\bmessage: "([^"]+)"',
    r'\berror: "([^"]+)"',
    r"\b(TimedOut)\b",
    r"^(?:.* - |.*?error: )?(.+)",
)
# Where clouds tell their own machines who they are: asked when no other credentials are found.
IDENTITY = re.compile(r"169\.254\.169\.254|metadata\.google\.internal")


@contextmanager
def failures_told() -> Iterator[None]:
    """Raise `StorageUnavailableError` for what obstore raises; a missing object remains a FileNotFoundError."""
    try:
        yield
    except BaseError as error:
        raise unavailable(error) from error


@contextmanager
def disk_failures_told() -> Iterator[None]:
    """Raise `StorageUnavailableError` for what the operating system raises about a file; FileExistsError stays."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno in FULL:
            raise StorageFullError from error
        raise StorageUnavailableError((error.strerror or str(error)).lower()) from error


def unavailable(error: BaseError) -> StorageUnavailableError:
    """What an error of obstore's means for us."""
    message = str(error)
    number = re.search(r"\(os error (\d+)\)", message)
    if number and int(number[1]) in FULL:
        return StorageFullError()
    if IDENTITY.search(message):
        return StorageRefusedError("none were found")
    reason = next(found[1] for pattern in TELLING if (found := re.search(pattern, message)))[:LONGEST_REASON].strip()
    if isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return StorageRefusedError(reason)
    return StorageUnavailableError("it does not answer" if reason == "TimedOut" else reason)

"""How jobs fail: which errors pass, and what the owner of a job that ends with one is told."""

from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg
from sqlalchemy.exc import DBAPIError

from database.errors import DatabaseUnavailableError, ReelgraphError
from processing.media import MediaTimeoutError, UnreadableMediaError
from processing.providers import ProviderRejectedError, ProviderUnavailableError
from services.storage import StorageUnavailableError

DATABASE_ERRORS = (DatabaseUnavailableError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, DBAPIError)

# What passes, and says nothing about the video. Sockets that refuse and disks that are full are OSErrors.
TRANSIENT = (ProviderUnavailableError, StorageUnavailableError, *DATABASE_ERRORS, OSError)


class OriginalMissingError(ReelgraphError):
    """The uploaded file is gone from storage."""

    def __init__(self) -> None:
        super().__init__("The uploaded file is gone from our storage.", "Upload the video again.")


class OriginalDamagedError(ReelgraphError):
    """The uploaded file is not as large as it was announced and received."""

    def __init__(self, *, stored: int, announced: int) -> None:
        message = f"The file in our storage has {stored:,} bytes, not the {announced:,} that were uploaded."
        super().__init__(message, "Upload the video again.")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job ended: a stable code for programs, a message for people."""

    code: str
    message: str


CODES: Mapping[type[BaseException], str] = {
    UnreadableMediaError: "UNREADABLE_MEDIA",
    MediaTimeoutError: "TIMED_OUT",
    OriginalMissingError: "ORIGINAL_MISSING",
    OriginalDamagedError: "ORIGINAL_DAMAGED",
    ProviderRejectedError: "PROVIDER_REJECTED",
    ProviderUnavailableError: "PROVIDER_UNAVAILABLE",
    StorageUnavailableError: "STORAGE_UNAVAILABLE",
    **dict.fromkeys(DATABASE_ERRORS, "DATABASE_UNAVAILABLE"),
    BaseException: "INTERNAL_ERROR",
}
# What people are told of errors that were not written for them.
MESSAGES = {
    "DATABASE_UNAVAILABLE": "Our database could not be used. Please try again later.",
    "INTERNAL_ERROR": "Something went wrong on our side. Please try again later.",
}


def failure_of(error: BaseException) -> Failure:
    """What to say of a job that ends with an error."""
    code = next(code for kind, code in CODES.items() if isinstance(error, kind))
    return Failure(code, MESSAGES.get(code) or str(error))

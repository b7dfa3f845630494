"""What can be wrong with a link, an upload, a path, or with the store itself."""

from datetime import datetime
from typing import ClassVar

from database.errors import ReelgraphError


class StorageError(ReelgraphError):
    """The base of all of them; `code` is stable, for programs."""

    code: ClassVar[str] = "STORAGE_ERROR"


class InvalidPathError(StorageError):
    """The path could lead out of the store."""

    code = "INVALID_PATH"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path!r} is not a storage path.",
            "Use names of letters, digits, '.', '_' and '-', joined by '/', such as 'videos/0198c1/original'.",
        )


class InvalidGrantError(StorageError):
    """The token in a link was not signed here, or not for this purpose."""

    code = "LINK_INVALID"

    def __init__(self) -> None:
        super().__init__("This link is altered or incomplete.", "Ask the API for a new one and use it as it is.")


class ExpiredGrantError(StorageError):
    """The link was good until `expired_at` (UTC)."""

    code = "LINK_EXPIRED"

    def __init__(self, expired_at: datetime, hint: str) -> None:
        super().__init__(f"This link expired at {expired_at:%Y-%m-%dT%H:%M:%SZ}.", hint)
        self.expired_at = expired_at


class NotStoredError(StorageError):
    """Nothing is at the path."""

    code = "NOT_FOUND"

    def __init__(self, path: str) -> None:
        super().__init__(f"Nothing is stored at {path}.", "It was deleted, or its upload is not complete.")


class AlreadyStoredError(StorageError):
    """An object is at the path, and objects are never changed."""

    code = "ALREADY_UPLOADED"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} is uploaded already.", "Complete this upload, or create another one for another file."
        )


class UploadTooLargeError(StorageError):
    """More bytes came than the `expected_bytes` announced."""

    code = "UPLOAD_TOO_LARGE"

    def __init__(self, expected_bytes: int) -> None:
        super().__init__(
            f"The body is larger than the {expected_bytes} bytes announced.",
            "Create an upload with the file's exact size.",
        )
        self.expected_bytes = expected_bytes


class UploadIncompleteError(StorageError):
    """The body has `received_bytes`, fewer than the `expected_bytes` announced."""

    code = "UPLOAD_INCOMPLETE"

    def __init__(self, received_bytes: int, expected_bytes: int) -> None:
        super().__init__(
            f"The body has {received_bytes} of the {expected_bytes} bytes announced.",
            "Send the rest or the whole file again, or create an upload with its exact size.",
        )
        self.received_bytes = received_bytes
        self.expected_bytes = expected_bytes


class UploadOffsetError(StorageError):
    """The rest of a file came as if from byte `sent` on, where `received_bytes` are here."""

    code = "UPLOAD_OFFSET_MISMATCH"

    def __init__(self, sent: str, received_bytes: int) -> None:
        super().__init__(
            f"The Upload-Offset is {sent!r}, and {received_bytes} bytes are here.",
            "Ask by HEAD how many are here, and send the rest.",
        )
        self.received_bytes = received_bytes


class UploadBusyError(StorageError):
    """Several connections hold what has come of an upload; those that are lost are let go before long."""

    code = "UPLOAD_BUSY"

    def __init__(self) -> None:
        super().__init__("Other connections still send this file.", "End them, or try again in a minute.")


class ContentTypeMismatchError(StorageError):
    """The body came as something else than what was announced."""

    code = "CONTENT_TYPE_MISMATCH"

    def __init__(self, sent: str, announced: str) -> None:
        super().__init__(
            f"The Content-Type is {sent!r}, the one announced is {announced!r}.",
            "Send the headers that came with the upload link.",
        )


class StorageUnavailableError(StorageError):
    """The store does not do what it is there for; it may again in a while. `reason` is one line without a full stop."""

    code = "STORAGE_UNAVAILABLE"

    def __init__(self, reason: str, hint: str = "Try again in a while.") -> None:
        super().__init__(f"Storage can't be used: {reason}.", hint)
        self.reason = reason


class StorageRefusedError(StorageUnavailableError):
    """The store does not let us: our credentials are wrong, or do not allow it."""

    code = "STORAGE_REFUSED"

    def __init__(self, reason: str) -> None:
        super().__init__(f"our credentials are refused: {reason}", "Check the credentials, and what they allow.")


class StorageFullError(StorageUnavailableError):
    """No space is left where the file is to go."""

    code = "STORAGE_FULL"

    def __init__(self) -> None:
        super().__init__("no space is left", "Make space on the disk, then try again.")


class UnusableStorageError(StorageError):
    """The store that is configured can't be used as it is; found out at the start."""

    code = "STORAGE_UNUSABLE"

    def __init__(self, address: str, cause: StorageUnavailableError) -> None:
        hint = "Check REELGRAPH_STORAGE_URL, and that the store can be reached from here."
        if isinstance(cause, StorageRefusedError | StorageFullError):
            hint = cause.hint
        super().__init__(f"{address} can't be used: {cause.reason}.", hint)

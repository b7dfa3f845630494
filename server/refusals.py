"""Requests that are refused as a whole, the same by every transport."""

from collections.abc import Sequence
from typing import Any, ClassVar


class RefusalError(Exception):
    """The request is not executed. The message is for the client: what is wrong, and the way out.

    HTTP answers with `status` and `headers`, every transport with `body`.
    """

    status: int = 400
    code: ClassVar[str]
    # When to come back, where that helps.
    retry_after_seconds: int | None = None
    # Whether something may have been written all the same.
    may_be_done: bool = False

    @property
    def headers(self) -> Sequence[tuple[bytes, bytes]]:
        """What HTTP says beside the status."""
        if self.retry_after_seconds is None:
            return ()
        return ((b"retry-after", str(self.retry_after_seconds).encode()),)

    @property
    def details(self) -> dict[str, Any]:
        """What `extensions` have beside the code; some transports have no headers."""
        return {} if self.retry_after_seconds is None else {"retryAfterSeconds": self.retry_after_seconds}

    @property
    def body(self) -> dict[str, Any]:
        """The answer."""
        return {"errors": [{"message": str(self), "extensions": {"code": self.code, **self.details}}]}


class BadRequestError(RefusalError):
    """The request is no GraphQL request; `status` is the HTTP status that says so."""

    code = "BAD_REQUEST"

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class MethodNotAllowedError(BadRequestError):
    """The request came by a method that `allowed` does not have."""

    def __init__(self, message: str, allowed: str) -> None:
        super().__init__(message, 405)
        self._allowed = allowed

    @property
    def headers(self) -> Sequence[tuple[bytes, bytes]]:
        """Which methods there are."""
        return ((b"allow", self._allowed.encode()),)


class UnsupportedEncodingError(BadRequestError):
    """The body is compressed: what it would grow to is not known, so it is not read."""

    def __init__(self) -> None:
        super().__init__("The body must come as it is: send no Content-Encoding.", 415)

    @property
    def headers(self) -> Sequence[tuple[bytes, bytes]]:
        """Which encodings there are."""
        return ((b"accept-encoding", b"identity"),)


class UnauthenticatedError(RefusalError):
    """Who asks is not known, and must be."""

    status = 401
    code = "UNAUTHENTICATED"

    @property
    def headers(self) -> Sequence[tuple[bytes, bytes]]:
        """How to say who one is."""
        return ((b"www-authenticate", b'Bearer realm="reelgraph"'),)


class UnavailableError(RefusalError):
    """The operation can't be answered now, and can be later. The message says whether it may have been done."""

    status = 503
    code = "UNAVAILABLE"
    retry_after_seconds = 2


class OverloadedError(UnavailableError):
    """There is more to do than can be done soon."""

    code = "OVERLOADED"
    retry_after_seconds = 1

    def __init__(self, message: str = "The server is busy. Nothing was done: send the operation again later.") -> None:
        super().__init__(message)

"""Links by which clients send and fetch files. Into a folder they are the server's own routes, with a signed token."""

import hmac
import math
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import jwt

from services.storage.errors import ExpiredGrantError, InvalidGrantError

# Of ours: a path, a type, and the longest name that a file may have, in JSON's escapes.
LONGEST_TOKEN = 8192


@dataclass(frozen=True)
class UploadTarget:
    """Where and how a client sends a file: `method` to `url` with exactly these `headers`, until `expires_at` (UTC).

    `is_resumable`: HEAD answers the `Upload-Offset` that PATCH goes on from with the rest.
    """

    url: str
    method: str
    headers: dict[str, str]
    expires_at: datetime
    is_resumable: bool = False


@dataclass(frozen=True)
class UploadGrant:
    """What an upload token allows: one object of this type and exact size in bytes, begun before `expires_at` (UTC)."""

    path: str
    content_type: str
    size_bytes: int
    expires_at: datetime


@dataclass(frozen=True)
class DownloadGrant:
    """What a download token allows: reading one object, shown as this type and name, until `expires_at` (UTC)."""

    path: str
    content_type: str
    filename: str | None
    expires_at: datetime


@dataclass(frozen=True)
class Lifetimes:
    """How long links are valid."""

    upload: timedelta
    download: timedelta

    def download_expires_at(self) -> int:
        """When a download link made now is to expire, in seconds since 1970: after half the lifetime at the earliest.

        It is the same for all that are made in the same half, so that these are equal and browsers can cache what is
        behind them.
        """
        half = self.download.total_seconds() / 2
        return math.ceil((time.time() // half + 2) * half)


class Links(Protocol):
    """Makes links to the objects of one store."""

    lifetimes: Lifetimes

    def upload_target(self, path: str, *, content_type: str, size_bytes: int, filename: str | None) -> UploadTarget:
        """The target for one file of exactly `size_bytes`."""

    def download_url(self, path: str, *, content_type: str, filename: str | None) -> str:
        """A link good for at least half the lifetime and at most all of it, and the same for a while."""


class TokenLinks:
    """Signs links to `/uploads/{token}` and `/files/{token}` below `base_url`, and reads their tokens."""

    def __init__(self, *, base_url: str, secret: str, lifetimes: Lifetimes) -> None:
        self.lifetimes = lifetimes
        self._base_url = base_url.rstrip("/")
        self._upload_key = _derived_key(secret, "upload link")
        self._download_key = _derived_key(secret, "download link")

    def upload_target(
        self, path: str, *, content_type: str, size_bytes: int, filename: str | None = None
    ) -> UploadTarget:
        """The target for one file of exactly `size_bytes`; what name it is saved under, download links say."""
        exp = math.ceil(time.time() + self.lifetimes.upload.total_seconds())
        token = jwt.encode({"path": path, "type": content_type, "size": size_bytes, "exp": exp}, self._upload_key)
        return UploadTarget(
            url=f"{self._base_url}/uploads/{token}",
            method="PUT",
            headers={"Content-Type": content_type},
            expires_at=datetime.fromtimestamp(exp, UTC),
            is_resumable=True,
        )

    def download_url(self, path: str, *, content_type: str, filename: str | None = None) -> str:
        """A link good for at least half the lifetime and at most all of it, and the same for a while."""
        exp = self.lifetimes.download_expires_at()
        token = jwt.encode({"path": path, "type": content_type, "name": filename, "exp": exp}, self._download_key)
        return f"{self._base_url}/files/{token}"

    def upload_grant(self, token: str) -> UploadGrant:
        """What the token allows; raises InvalidGrantError or ExpiredGrantError."""
        claims, expires_at = _verified(token, self._upload_key, "Create a new upload.")
        return UploadGrant(claims["path"], claims["type"], claims["size"], expires_at)

    def download_grant(self, token: str) -> DownloadGrant:
        """What the token allows; raises InvalidGrantError or ExpiredGrantError."""
        claims, expires_at = _verified(token, self._download_key, "Ask the API for a new one.")
        return DownloadGrant(claims["path"], claims["type"], claims["name"], expires_at)


def _derived_key(secret: str, purpose: str) -> bytes:
    # With a key for each purpose, a token made for one is merely altered to all others.
    return hmac.digest(secret.encode(), f"reelgraph {purpose}".encode(), "sha256")


def _verified(token: str, key: bytes, way_out: str) -> tuple[dict[str, Any], datetime]:
    if len(token) > LONGEST_TOKEN:  # looked at letter by letter, before it is known to be ours
        raise InvalidGrantError
    try:
        claims = jwt.decode(token, key, algorithms=["HS256"], options={"verify_exp": False, "require": ["exp"]})
    except jwt.PyJWTError:
        raise InvalidGrantError from None
    # Checked here because the library's own error doesn't say when.
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    if expires_at <= datetime.now(UTC):
        raise ExpiredGrantError(expires_at, way_out)
    return claims, expires_at

"""Links that lead straight to an object store, signed with its own credentials."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import obstore

from services.storage.failures import failures_told
from services.storage.headers import content_disposition, safe_type
from services.storage.links import Lifetimes, UploadTarget
from services.storage.storage import INCOMING

if TYPE_CHECKING:
    from obstore import SignCapableStore

# No store signs for longer.
WEEK = timedelta(days=7)
# Stores take 8 KB of headers; a character of a name becomes up to 12.
LONGEST_FILENAME = 200
KEPT_LINKS = 10_000


@dataclass(frozen=True)
class UploadHeaders:
    """What a kind of store wants to be told with an upload."""

    disposition: str = "Content-Disposition"
    always: Mapping[str, str] = field(default_factory=dict)


class PresignedLinks:
    """Has a store sign URLs. They say who may read or write which object until when, and nothing else.

    So files come to `incoming/`, from where `ObjectStorage` takes those that are what was announced; and what a
    browser does with a file is said by the headers it was uploaded with, which the store keeps and sends.
    """

    def __init__(self, store: "SignCapableStore", lifetimes: Lifetimes, headers: UploadHeaders) -> None:
        self.lifetimes = replace(lifetimes, upload=min(lifetimes.upload, WEEK), download=min(lifetimes.download, WEEK))
        self._store = store
        self._headers = headers
        # Signing costs from 10 µs to 0.3 ms, and no two signatures are equal.
        self._kept = lru_cache(KEPT_LINKS)(self._download_url)

    def upload_target(self, path: str, *, content_type: str, size_bytes: int, filename: str | None) -> UploadTarget:
        """The target for one file; its size is found out when the upload is accepted."""
        kind = safe_type(content_type)
        seconds = int(self.lifetimes.upload.total_seconds())
        return UploadTarget(
            url=self._sign("PUT", f"{INCOMING}/{path}", seconds),
            method="PUT",
            headers={
                **self._headers.always,
                "Content-Type": kind,
                self._headers.disposition: content_disposition(kind, filename, longest=LONGEST_FILENAME),
            },
            expires_at=datetime.fromtimestamp(int(time.time()) + seconds, UTC),
        )

    def download_url(self, path: str, *, content_type: str, filename: str | None) -> str:
        """A link good for at least half the lifetime and at most all of it; this process makes it once in each half.

        Type and name are what they were said to be when the object came.
        """
        return self._kept(path, self.lifetimes.download_expires_at())

    def _download_url(self, path: str, expires_at: int) -> str:
        return self._sign("GET", path, math.ceil(expires_at - time.time()))

    def _sign(self, method: Literal["GET", "PUT"], path: str, seconds: int) -> str:
        with failures_told():
            return obstore.sign(self._store, method, path, timedelta(seconds=seconds))

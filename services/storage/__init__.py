"""Bytes behind one door: what is stored, and the signed links that lead to it."""

from services.storage.errors import (
    AlreadyStoredError,
    ExpiredGrantError,
    InvalidGrantError,
    InvalidPathError,
    NotStoredError,
    StorageError,
    UploadIncompleteError,
    UploadTooLargeError,
)
from services.storage.links import DownloadGrant, TokenLinks, UploadGrant, UploadTarget
from services.storage.storage import Storage, StoredObject

__all__ = [
    "AlreadyStoredError",
    "DownloadGrant",
    "ExpiredGrantError",
    "InvalidGrantError",
    "InvalidPathError",
    "NotStoredError",
    "Storage",
    "StorageError",
    "StoredObject",
    "TokenLinks",
    "UploadGrant",
    "UploadIncompleteError",
    "UploadTarget",
    "UploadTooLargeError",
]

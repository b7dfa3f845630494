"""Bytes behind one door: what is stored, and the signed links that lead to it."""

from services.storage.address import StorageAddress
from services.storage.connect import connect
from services.storage.errors import (
    AlreadyStoredError,
    ContentTypeMismatchError,
    ExpiredGrantError,
    InvalidGrantError,
    InvalidPathError,
    NotStoredError,
    StorageError,
    StorageFullError,
    StorageRefusedError,
    StorageUnavailableError,
    UnusableStorageError,
    UploadBusyError,
    UploadIncompleteError,
    UploadOffsetError,
    UploadTooLargeError,
)
from services.storage.folder import FolderStorage
from services.storage.links import DownloadGrant, Lifetimes, TokenLinks, UploadGrant, UploadTarget
from services.storage.objects import ObjectStorage
from services.storage.storage import ListedObject, Storage, StoredObject

__all__ = [
    "AlreadyStoredError",
    "ContentTypeMismatchError",
    "DownloadGrant",
    "ExpiredGrantError",
    "FolderStorage",
    "InvalidGrantError",
    "InvalidPathError",
    "Lifetimes",
    "ListedObject",
    "NotStoredError",
    "ObjectStorage",
    "Storage",
    "StorageAddress",
    "StorageError",
    "StorageFullError",
    "StorageRefusedError",
    "StorageUnavailableError",
    "StoredObject",
    "TokenLinks",
    "UnusableStorageError",
    "UploadBusyError",
    "UploadGrant",
    "UploadIncompleteError",
    "UploadOffsetError",
    "UploadTarget",
    "UploadTooLargeError",
    "connect",
]

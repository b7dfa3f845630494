"""Storage in an object store: moto's S3, as strict as S3."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from services.storage import Lifetimes, ObjectStorage, StorageAddress, connect
from tests.support.object_store import CREDENTIALS, ObjectStore

HOUR = timedelta(hours=1)


@pytest.fixture
def bucket(object_store: ObjectStore) -> str:
    """The name of a bucket of the test's own."""
    return object_store.bucket()


@pytest.fixture
def storage_in_bucket(
    object_store: ObjectStore, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., ObjectStorage]:
    """Makes storage in the bucket, or in another one."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)

    def storage_in(bucket: str = bucket, lifetime: timedelta = HOUR) -> ObjectStorage:
        address = StorageAddress.parse(object_store.url(bucket))
        return connect(address, Lifetimes(upload=lifetime, download=lifetime), downloads=tmp_path / "downloads")

    return storage_in


@pytest.fixture
def object_storage(storage_in_bucket: Callable[..., ObjectStorage]) -> ObjectStorage:
    return storage_in_bucket()

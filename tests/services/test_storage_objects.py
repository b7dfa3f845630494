"""Storage in an object store, over HTTP: what our own processes do with it."""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.storage import NotStoredError, ObjectStorage, StorageUnavailableError, UnusableStorageError
from tests.support.object_store import ObjectStore
from tests.support.small_disk import can_have_small_disks, on_small_disk

PATH = "videos/0198c1/original"
FILM = os.urandom(100_000)
MIB = 1024 * 1024
HOUR = timedelta(hours=1)


@pytest.fixture
def storage(object_storage: ObjectStorage) -> ObjectStorage:
    return object_storage


async def content(storage: ObjectStorage, path: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([block async for block in storage.read(path, start, end)])


async def test_what_is_put_is_read_in_part_and_whole(storage: ObjectStorage) -> None:
    data = os.urandom(2 * MIB + 5)
    await storage.put(PATH, data)
    stored = await storage.stat(PATH)
    assert stored is not None
    assert (stored.size_bytes, await storage.size("videos/none")) == (len(data), None)
    assert await content(storage, PATH) == data
    assert await content(storage, PATH, 3, MIB + 9) == data[3 : MIB + 9]
    await storage.put(PATH, b"new")
    after = await storage.stat(PATH)
    assert after is not None
    assert after.etag != stored.etag
    assert await content(storage, PATH) == b"new"


async def test_everything_is_below_the_prefix(storage: ObjectStorage, object_store: ObjectStore, bucket: str) -> None:
    await storage.put(PATH, b"film")
    assert object_store.keys(bucket) == [f"library/{PATH}"]


async def test_a_folder_is_listed_and_deleted_with_what_is_on_its_way_there(
    storage: ObjectStorage, object_store: ObjectStore, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await storage.put(f"incoming/{PATH}", FILM)
    monkeypatch.setattr("services.storage.storage.LISTED_AT_ONCE", 5)
    for number in range(12):
        object_store.client.put_object(Bucket=bucket, Key=f"library/videos/0198c1/jobs/{number}", Body=b"x")
    await storage.put("videos/0198c10/original", b"another's")
    listed = [found async for found in storage.list("videos/0198c1")]
    assert len({found.path for found in listed}) == 12
    assert all(found.size_bytes == 1 for found in listed)
    assert all(abs(datetime.now(UTC) - found.modified_at) < HOUR for found in listed)
    assert [found.path async for found in storage.list("incoming")] == [f"incoming/{PATH}"]
    await storage.delete_prefix("videos/0198c1")
    assert object_store.keys(bucket) == ["library/videos/0198c10/original"]
    await storage.delete_prefix("videos/0198c1")


async def test_an_object_is_a_local_file_for_a_while(storage: ObjectStorage, tmp_path: Path) -> None:
    data = os.urandom(40 * MIB + 7)  # more than is asked for at a time
    await storage.put(PATH, data)
    async with storage.local_file(PATH) as file:
        assert file.read_bytes() == data
    assert not (tmp_path / "downloads").exists()
    with pytest.raises(NotStoredError, match="videos/none"):
        async with storage.local_file("videos/none"):
            pass


async def test_no_copy_is_left_when_its_reader_fails(storage: ObjectStorage, tmp_path: Path) -> None:
    await storage.put(PATH, FILM)
    with pytest.raises(ZeroDivisionError):
        async with storage.local_file(PATH):
            raise ZeroDivisionError
    assert not (tmp_path / "downloads").exists()


async def test_no_copy_is_left_when_it_is_cancelled(storage: ObjectStorage, tmp_path: Path) -> None:
    await storage.put(PATH, os.urandom(70 * MIB))
    copying = asyncio.create_task(storage.local_file(PATH).__aenter__())
    while not (tmp_path / "downloads").exists():
        await asyncio.sleep(0.01)
    copying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await copying
    for _ in range(1000):
        if not (tmp_path / "downloads").exists():
            return
        await asyncio.sleep(0.02)
    pytest.fail("the copy is still there")


READ_ON_SMALL_DISK = """
import asyncio, sys
from datetime import timedelta
from pathlib import Path
from services.storage import Lifetimes, StorageAddress, StorageFullError, connect

async def main(url, path, downloads):
    hour = timedelta(hours=1)
    storage = connect(StorageAddress.parse(url), Lifetimes(hour, hour), downloads=downloads)
    try:
        async with storage.local_file(path):
            print("read")
    except StorageFullError as error:
        print(error, list(downloads.iterdir()))

asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
"""


@pytest.mark.skipif(not can_have_small_disks(), reason="no file systems of our own on this machine")
@pytest.mark.parametrize(("mib", "said"), [(7, "read"), (9, "Storage can't be used: no space is left. []")])
async def test_a_copy_that_finds_no_space_says_so(
    *, storage: ObjectStorage, object_store: ObjectStore, bucket: str, tmp_path: Path, mib: int, said: str
) -> None:
    await storage.put(PATH, bytes(mib * MIB))
    script = (sys.executable, "-c", READ_ON_SMALL_DISK, object_store.url(bucket), PATH, str(tmp_path))
    process = await asyncio.create_subprocess_exec(*on_small_disk(tmp_path, *script), stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    assert output.decode().strip() == said


async def test_a_store_that_is_away_says_so_and_comes_back(
    storage: ObjectStorage, object_store: ObjectStore, tmp_path: Path
) -> None:
    await storage.put(PATH, FILM)
    started = time.monotonic()
    with object_store.outage():
        for attempt in (
            storage.stat(PATH),
            storage.put("videos/x", b"x"),
            content(storage, PATH),
            storage.delete(PATH),
            storage.delete_prefix("videos"),
            storage.accept_upload(PATH, content_type="video/mp4", size_bytes=1),
            storage.local_file(PATH).__aenter__(),
        ):
            with pytest.raises(StorageUnavailableError, match="Storage can't be used: Connection refused"):
                await attempt
        assert time.monotonic() - started < 7 * 20
    assert await content(storage, PATH) == FILM
    assert not (tmp_path / "downloads").exists()


async def test_storage_that_can_be_used_is_left_as_it_was(
    storage: ObjectStorage, object_store: ObjectStore, bucket: str
) -> None:
    await storage.require_usable()
    assert object_store.keys(bucket) == []


async def test_a_missing_bucket_is_found_out(storage_in_bucket: Callable[..., ObjectStorage]) -> None:
    with pytest.raises(UnusableStorageError, match=r"^s3://nowhere/library can't be used: there is no such bucket"):
        await storage_in_bucket("nowhere").require_usable()


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("AWS_SECRET_ACCESS_KEY", "another", "SignatureDoesNotMatch"),
        ("AWS_ACCESS_KEY_ID", "AKIANOBODY", "InvalidAccessKeyId"),
    ],
)
async def test_wrong_credentials_are_found_out(
    storage_in_bucket: Callable[..., ObjectStorage],
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    reason: str,
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(UnusableStorageError, match=f"our credentials are refused: {reason}") as caught:
        await storage_in_bucket().require_usable()
    assert "Check the credentials" in caught.value.hint

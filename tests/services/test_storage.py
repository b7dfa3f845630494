import asyncio
import os
import resource
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from services.storage import (
    AlreadyStoredError,
    ExpiredGrantError,
    FolderStorage,
    InvalidGrantError,
    InvalidPathError,
    Lifetimes,
    NotStoredError,
    Storage,
    TokenLinks,
    UnusableStorageError,
    UploadIncompleteError,
    UploadTooLargeError,
)

SECRET = "a secret of more than thirty-two bytes"
PATH = "videos/0198c1/original"
HOUR = timedelta(hours=1)
MIB = 1024 * 1024


def storage_in(root: Path, *, lifetime: timedelta = HOUR, secret: str = SECRET) -> FolderStorage:
    lifetimes = Lifetimes(upload=lifetime, download=lifetime)
    return FolderStorage(root, TokenLinks(base_url="http://reel.test/", secret=secret, lifetimes=lifetimes))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def storage(root: Path) -> FolderStorage:
    return storage_in(root)


async def chunks_of(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def content(storage: Storage, path: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([block async for block in storage.read(path, start, end)])


def token_of(url: str) -> str:
    return url.rpartition("/")[2]


def files_in(root: Path) -> list[Path]:
    return [path for path in left_in(root) if path.is_file()]


def left_in(root: Path) -> list[Path]:
    # Unlike `rglob`, this takes no notice of what goes away meanwhile.
    return [Path(folder, name) for folder, folders, files in os.walk(root) for name in folders + files]


@pytest.mark.parametrize("sizes", [[], [1], [MIB], [MIB, MIB], [700_000] * 7])
async def test_what_is_written_is_read_whole(storage: FolderStorage, root: Path, sizes: list[int]) -> None:
    chunks = [os.urandom(size) for size in sizes]
    await storage.write_new(PATH, chunks_of(*chunks), expected_bytes=sum(sizes))
    assert await storage.size(PATH) == sum(sizes)
    assert await content(storage, PATH) == b"".join(chunks)
    assert files_in(root / "incoming") == []


async def test_parts_are_read_by_offset(storage: FolderStorage) -> None:
    data = os.urandom(2 * MIB + 5)
    await storage.put(PATH, data)
    assert await content(storage, PATH, 3) == data[3:]
    assert await content(storage, PATH, 3, MIB + 9) == data[3 : MIB + 9]
    assert await content(storage, PATH, 7, 7) == b""
    assert await content(storage, PATH, len(data) - 1, len(data) + 100) == data[-1:]


async def test_what_is_absent_has_no_size_and_cannot_be_read(storage: FolderStorage) -> None:
    assert await storage.size(PATH) is None
    await storage.delete(PATH)
    with pytest.raises(NotStoredError, match=PATH):
        await content(storage, PATH)
    with pytest.raises(NotStoredError, match=PATH):
        async with storage.local_file(PATH):
            pass


async def test_the_local_file_is_the_object(storage: FolderStorage, root: Path) -> None:
    await storage.put(PATH, b"film")
    async with storage.local_file(PATH) as file:
        assert file == root / PATH
        assert file.read_bytes() == b"film"


async def test_a_folder_is_listed_and_deleted(storage: FolderStorage, root: Path) -> None:
    for path in (PATH, "videos/0198c1/jobs/1/still", "videos/0198c10/original"):
        await storage.put(path, b"film")
    listed = [found async for found in storage.list("videos/0198c1")]
    assert {found.path for found in listed} == {PATH, "videos/0198c1/jobs/1/still"}
    assert {found.size_bytes for found in listed} == {4}
    assert all(abs(datetime.now(UTC) - found.modified_at) < HOUR for found in listed)
    await storage.delete_prefix("videos/0198c1")
    await storage.delete_prefix("videos/0198c1")
    assert [found.path async for found in storage.list("videos")] == ["videos/0198c10/original"]
    assert not (root / "videos/0198c1").exists()


async def test_drafts_are_listed_for_the_sweep(storage: FolderStorage) -> None:
    async def film() -> AsyncIterator[bytes]:
        yield b"x"
        assert [found.path.partition(".")[0] async for found in storage.list("incoming")] == [f"incoming/{PATH}"]

    await storage.write_new(PATH, film(), expected_bytes=1)
    assert [found async for found in storage.list("incoming")] == []


async def test_an_upload_is_accepted_if_it_is_as_large_as_announced(storage: FolderStorage) -> None:
    with pytest.raises(UploadIncompleteError, match="0 of the 4"):
        await storage.accept_upload(PATH, content_type="video/mp4", size_bytes=4)
    await storage.put(PATH, b"film")
    with pytest.raises(UploadIncompleteError, match="4 of the 5"):
        await storage.accept_upload(PATH, content_type="video/mp4", size_bytes=5)
    await storage.accept_upload(PATH, content_type="video/mp4", size_bytes=4)


async def test_a_folder_that_can_be_used_is_left_as_it_was(storage: FolderStorage, root: Path) -> None:
    await storage.require_usable()
    assert left_in(root) == []


def test_a_folder_that_cannot_be_made_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnusableStorageError, match=r"file/files can't be used: .*[Nn]ot a directory"):
        storage_in(tmp_path / "file/files")


async def test_deleting_takes_the_empty_folders_along(storage: FolderStorage, root: Path) -> None:
    await storage.put(PATH, b"film")
    await storage.put("videos/0198c1/thumbnail", b"still")
    await storage.delete(PATH)
    assert await storage.size("videos/0198c1/thumbnail") == 5
    await storage.delete("videos/0198c1/thumbnail")
    assert left_in(root) == []


async def test_put_replaces_and_changes_the_entity_tag(storage: FolderStorage) -> None:
    await storage.put(PATH, b"old")
    before = await storage.stat(PATH)
    await storage.put(PATH, b"new")
    after = await storage.stat(PATH)
    assert await content(storage, PATH) == b"new"
    assert before is not None
    assert after is not None
    assert before.etag != after.etag


async def test_an_upload_never_changes_what_is_stored(storage: FolderStorage) -> None:
    await storage.write_new(PATH, chunks_of(b"first"), expected_bytes=5)
    unread = chunks_of(b"other")
    with pytest.raises(AlreadyStoredError, match=PATH):
        await storage.write_new(PATH, unread, expected_bytes=5)
    assert await anext(unread) == b"other"
    assert await content(storage, PATH) == b"first"


async def test_of_simultaneous_uploads_one_wins(storage: FolderStorage, root: Path) -> None:
    both_begun = asyncio.Barrier(2)

    async def film(letter: bytes) -> AsyncIterator[bytes]:
        yield letter * MIB
        await both_begun.wait()
        yield letter * MIB

    uploads = [storage.write_new(PATH, film(letter), expected_bytes=2 * MIB) for letter in (b"a", b"b")]
    outcomes = await asyncio.gather(*uploads, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyStoredError", "NoneType"]
    assert await content(storage, PATH) == (b"a", b"b")[outcomes.index(None)] * 2 * MIB
    assert files_in(root / "incoming") == []


async def test_too_much_is_refused_at_once(storage: FolderStorage, root: Path) -> None:
    chunks = chunks_of(b"x" * 3 * MIB, b"y", b"never taken")
    with pytest.raises(UploadTooLargeError, match=f"{3 * MIB} bytes"):
        await storage.write_new(PATH, chunks, expected_bytes=3 * MIB)
    assert await anext(chunks) == b"never taken"
    assert files_in(root) == []


async def test_too_little_is_refused(storage: FolderStorage) -> None:
    with pytest.raises(UploadIncompleteError, match="3000000 of the 3000001") as caught:
        await storage.write_new(PATH, chunks_of(b"x" * 3_000_000), expected_bytes=3_000_001)
    assert (caught.value.received_bytes, caught.value.expected_bytes) == (3_000_000, 3_000_001)
    assert await storage.size(PATH) is None


async def test_an_upload_clears_away_what_a_killed_process_left(storage: FolderStorage, root: Path) -> None:
    abandoned, recent = root / "incoming/0a1b#1", root / "incoming/2c3d#1"
    abandoned.parent.mkdir()
    for draft in (abandoned, recent):
        draft.write_bytes(b"half a film")
    two_days_ago = time.time() - 2 * 86400
    os.utime(abandoned, (two_days_ago, two_days_ago))
    await storage.write_new(PATH, chunks_of(b"film"), expected_bytes=4)
    assert not abandoned.exists()
    assert recent.exists()


async def test_a_large_upload_stays_out_of_memory(storage: FolderStorage) -> None:
    chunk = os.urandom(64 * 1024)

    async def film() -> AsyncIterator[bytes]:
        for _ in range(1600):
            yield chunk

    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await storage.write_new(PATH, film(), expected_bytes=1600 * len(chunk))
    received = 0
    async for block in storage.read(PATH):
        received += len(block)
    assert received == 100 * MIB
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 50 * 1024


@pytest.mark.parametrize(
    "path",
    ["", "/", "/etc/passwd", "..", "../x", "a/../b", "a/..", "./a", "a/.", "a//b", "a/", "a\\b", "a\0", "a\n", "é"],
)
async def test_paths_that_could_lead_elsewhere_are_refused(storage: FolderStorage, root: Path, path: str) -> None:
    refused = pytest.raises(InvalidPathError, match="is not a storage path")
    with refused:
        storage.upload_target(path, content_type="video/mp4", size_bytes=1)
    with refused:
        storage.download_url(path, content_type="video/mp4")
    with refused:
        await storage.size(path)
    with refused:
        await storage.write_new(path, chunks_of(b"x"), expected_bytes=1)
    with refused:
        await storage.put(path, b"x")
    with refused:
        await content(storage, path)
    with refused:
        await storage.delete(path)
    assert left_in(root) == []


async def test_dots_inside_names_are_fine(storage: FolderStorage) -> None:
    for path in ("a..b", "...", ".a/b.", "videos/0198c1/subtitles.en.vtt"):
        await storage.put(path, b"x")
        assert await storage.size(path) == 1


def test_an_upload_target_says_how_to_send(storage: FolderStorage) -> None:
    target = storage.upload_target(PATH, content_type="video/mp4", size_bytes=42)
    assert target.url.startswith("http://reel.test/uploads/")
    assert (target.method, target.headers) == ("PUT", {"Content-Type": "video/mp4"})
    assert timedelta(0) <= target.expires_at - (datetime.now(UTC) + HOUR) <= timedelta(seconds=1)
    grant = storage.links.upload_grant(token_of(target.url))
    assert (grant.path, grant.content_type, grant.size_bytes) == (PATH, "video/mp4", 42)
    assert grant.expires_at == target.expires_at


def test_a_download_link_is_stable_and_valid_for_half_its_lifetime(storage: FolderStorage) -> None:
    first, second = (storage.download_url(PATH, content_type="video/mp4", filename="ü.mp4") for _ in range(2))
    assert first == second or time.time() % 1800 < 1
    assert first.startswith("http://reel.test/files/")
    grant = storage.links.download_grant(token_of(second))
    assert (grant.path, grant.content_type, grant.filename) == (PATH, "video/mp4", "ü.mp4")
    assert HOUR / 2 - timedelta(seconds=1) < grant.expires_at - datetime.now(UTC) <= HOUR


def test_a_token_is_good_for_its_purpose_only(root: Path, storage: FolderStorage) -> None:
    upload = token_of(storage.upload_target(PATH, content_type="video/mp4", size_bytes=1).url)
    download = token_of(storage.download_url(PATH, content_type="video/mp4"))
    access = jwt.encode({"sub": "someone", "exp": time.time() + 60}, SECRET)
    elsewhere = token_of(storage_in(root, secret=SECRET + "!").download_url(PATH, content_type="video/mp4"))
    unsigned = jwt.encode({"path": PATH, "type": "video/mp4", "name": None, "exp": 9e9}, "", algorithm="none")
    for token in (download, access, "", "a.b.c", "é", upload[:-2], upload + "x", "." + upload):
        with pytest.raises(InvalidGrantError):
            storage.links.upload_grant(token)
    for token in (upload, access, elsewhere, unsigned):
        with pytest.raises(InvalidGrantError):
            storage.links.download_grant(token)
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(upload, SECRET, algorithms=["HS256"])


def test_expired_links_say_when(root: Path) -> None:
    storage = storage_in(root, lifetime=timedelta(seconds=-10))
    target = storage.upload_target(PATH, content_type="video/mp4", size_bytes=1)
    with pytest.raises(ExpiredGrantError, match=f"{target.expires_at:%Y-%m-%dT%H:%M:%SZ}") as caught:
        storage.links.upload_grant(token_of(target.url))
    assert caught.value.hint == "Create a new upload."
    with pytest.raises(ExpiredGrantError):
        storage.links.download_grant(token_of(storage.download_url(PATH, content_type="video/mp4")))

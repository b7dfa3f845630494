"""What has come of an upload is kept when it is broken off, however that is, and gone on with."""

import asyncio
import errno
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from server.settings import Settings
from services.storage import (
    AlreadyStoredError,
    FolderStorage,
    StorageUnavailableError,
    UploadBusyError,
    UploadOffsetError,
    UploadTooLargeError,
    resumable,
)
from services.storage.draft import Draft
from services.storage.resumable import Resumable
from tests.services.test_storage import MIB, PATH, chunks_of, content, files_in

FILM = os.urandom(5 * MIB + 3)
CODE = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.services.test_resumable import received
from tests.services.test_storage import MIB, PATH, storage_in

storage = storage_in(Path(sys.argv[1]))

async def film():
    for _ in range(3):
        yield sys.stdin.buffer.read(MIB)
    await received(storage, 3 * MIB)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(storage.write_new(PATH, film(), expected_bytes=5 * MIB + 3))
"""


@pytest.fixture
def root(settings: Settings) -> Path:
    """Where the folder storage of all tests is."""
    return settings.data / "files"


async def received(storage: FolderStorage, least: int) -> None:
    """Return when so much is written, which nobody is told of."""
    async with asyncio.timeout(5):
        while await storage.received_bytes(PATH) < least:
            await asyncio.sleep(0.01)


async def broken_off(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
    raise ConnectionResetError


async def lose(storage: FolderStorage, end: int, *, start: int = 0) -> None:
    """Send a part of the film."""
    with pytest.raises(ConnectionResetError):
        await storage.write_new(PATH, broken_off(FILM[start:end]), expected_bytes=len(FILM), offset=start)


async def complete(storage: FolderStorage, start: int) -> None:
    await storage.write_new(PATH, chunks_of(FILM[start:]), expected_bytes=len(FILM), offset=start)


async def test_it_goes_on_from_what_came(storage: FolderStorage, root: Path) -> None:
    assert await storage.received_bytes(PATH) == 0
    await lose(storage, 2 * MIB)
    assert await storage.received_bytes(PATH) == 2 * MIB
    await lose(storage, 4 * MIB, start=2 * MIB)
    # A client may have heard of less than there is.
    await complete(storage, 3 * MIB)
    assert await content(storage, PATH) == FILM
    assert files_in(root / "incoming") == []
    assert await storage.received_bytes(PATH) == 0


async def test_more_than_has_come_is_not_gone_on_from(storage: FolderStorage) -> None:
    await lose(storage, 2 * MIB)
    with pytest.raises(UploadOffsetError, match=f"'{2 * MIB + 1}', and {2 * MIB} bytes are here"):
        await complete(storage, 2 * MIB + 1)
    await complete(storage, 2 * MIB)


async def test_of_several_attempts_the_one_that_came_farthest_is_kept(storage: FolderStorage, root: Path) -> None:
    for end in (1, 3, 2):
        await lose(storage, end * MIB)
    (kept,) = (root / "incoming/videos/0198c1").iterdir()
    assert kept.read_bytes() == FILM[: 3 * MIB]


async def test_a_late_request_takes_nothing_away(storage: FolderStorage) -> None:
    await lose(storage, 4 * MIB)
    await lose(storage, 2 * MIB, start=MIB)
    assert await storage.received_bytes(PATH) == 4 * MIB
    await complete(storage, 4 * MIB)
    assert await content(storage, PATH) == FILM


async def test_what_somebody_still_holds_is_gone_on_from_all_the_same(storage: FolderStorage, root: Path) -> None:
    is_lost = asyncio.Event()

    async def film() -> AsyncIterator[bytes]:
        yield FILM[: 3 * MIB]
        await is_lost.wait()
        yield FILM[3 * MIB :]

    held = asyncio.create_task(storage.write_new(PATH, film(), expected_bytes=len(FILM)))
    await received(storage, 3 * MIB)
    await complete(storage, 3 * MIB)
    assert len(files_in(root / "incoming")) == 1  # what is held
    is_lost.set()
    with pytest.raises(AlreadyStoredError):
        await held
    assert await content(storage, PATH) == FILM
    assert files_in(root / "incoming") == []


@pytest.mark.parametrize("times", [1, 2])
async def test_a_server_that_stops_keeps_what_came(storage: FolderStorage, times: int) -> None:
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield FILM[: 3 * MIB]
        begun.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(storage.write_new(PATH, endless(), expected_bytes=len(FILM)))
    await begun.wait()
    await received(storage, 3 * MIB)
    for _ in range(times):
        upload.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await upload
    await complete(storage, 3 * MIB)
    assert await content(storage, PATH) == FILM


async def test_a_process_that_is_killed_leaves_what_it_wrote(storage: FolderStorage, root: Path) -> None:
    killed = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", CODE, str(root)], input=FILM[: 3 * MIB], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    # It had set aside space for all.
    assert await storage.received_bytes(PATH) == 3 * MIB
    await complete(storage, 3 * MIB)
    assert await content(storage, PATH) == FILM
    assert files_in(root / "incoming") == []


async def test_what_can_t_be_right_is_not_kept(storage: FolderStorage, root: Path) -> None:
    with pytest.raises(UploadTooLargeError):
        await storage.write_new(PATH, chunks_of(FILM, b"x"), expected_bytes=len(FILM))
    assert files_in(root) == []


async def test_who_has_many_connections_takes_no_more_space_than_a_few(storage: FolderStorage, root: Path) -> None:
    are_lost = asyncio.Event()

    async def held(first: bytes) -> AsyncIterator[bytes]:
        yield first
        await are_lost.wait()
        raise ConnectionResetError

    async def lost(first: bytes, offset: int) -> str:
        try:
            await storage.write_new(PATH, held(first), expected_bytes=len(FILM), offset=offset)
        except (ConnectionResetError, UploadBusyError) as error:
            return type(error).__name__
        return "stored"

    begun = asyncio.create_task(lost(FILM[: 4 * MIB], 0))
    await received(storage, 4 * MIB)
    others = [asyncio.create_task(lost(b"", 4 * MIB)) for _ in range(20)]
    refused = asyncio.as_completed(others, timeout=5)
    assert [await next(refused) for _ in range(18)] == ["UploadBusyError"] * 18
    assert len(files_in(root / "incoming")) == 3
    are_lost.set()
    assert [await begun, *[await outcome for outcome in refused]] == ["ConnectionResetError"] * 3
    assert await storage.received_bytes(PATH) == 4 * MIB
    assert len(files_in(root / "incoming")) == 1


async def test_what_is_kept_takes_no_more_space_than_it_has(storage: FolderStorage, root: Path) -> None:
    await lose(storage, 2 * MIB)
    (kept,) = files_in(root / "incoming")
    assert kept.stat().st_blocks * 512 < 3 * MIB  # it had set aside space for all


async def test_what_came_before_the_machine_was_started_is_not_gone_on_with(
    storage: FolderStorage, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lose(storage, 2 * MIB)
    monkeypatch.setattr(resumable, "_boot", lambda: "another")
    assert await storage.received_bytes(PATH) == 0
    with pytest.raises(UploadOffsetError):
        await complete(storage, 2 * MIB)
    await complete(storage, 0)
    assert await content(storage, PATH) == FILM
    assert len(files_in(root / "incoming")) == 1  # for the sweep


async def test_a_rest_that_is_too_long_takes_nothing_away(storage: FolderStorage) -> None:
    await lose(storage, 2 * MIB)
    with pytest.raises(UploadTooLargeError):
        await storage.write_new(PATH, chunks_of(FILM), expected_bytes=len(FILM), offset=2 * MIB)
    assert await storage.received_bytes(PATH) >= 2 * MIB
    await complete(storage, 2 * MIB)
    assert await content(storage, PATH) == FILM


async def test_what_a_disk_failed_to_write_is_not_gone_on_with(
    storage: FolderStorage, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StorageUnavailableError, match="input/output error"):
        await complete(storage, 0)
    assert files_in(root) == []


async def test_many_at_once_come_to_one_whole_file(storage: FolderStorage, root: Path) -> None:
    async def attempt(number: int) -> str:
        start = await storage.received_bytes(PATH)
        end = len(FILM) if number % 4 == 0 else min(len(FILM), start + number * MIB // 8)
        pieces = chunks_of(FILM[start:end]) if end == len(FILM) else broken_off(FILM[start:end])
        try:
            await storage.write_new(PATH, pieces, expected_bytes=len(FILM), offset=start)
        except (ConnectionResetError, AlreadyStoredError, UploadOffsetError, UploadBusyError) as error:
            return type(error).__name__
        return "stored"

    outcomes = await asyncio.gather(*(attempt(number) for number in range(1, 41)))
    assert outcomes.count("stored") == 1
    assert await content(storage, PATH) == FILM
    assert files_in(root / "incoming") == []


async def test_what_has_its_place_is_nobodys_to_go_on_with(
    storage: FolderStorage, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that is cancelled in the moment that its file is published leaves the draft's name behind."""
    published, is_cancelled = asyncio.Event(), Event()
    loop, publish = asyncio.get_running_loop(), Draft.publish

    def published_and_cancelled(draft: Draft, *given: Any, **named: Any) -> None:
        publish(draft, *given, **named)
        loop.call_soon_threadsafe(published.set)
        assert is_cancelled.wait(5)

    monkeypatch.setattr(Draft, "publish", published_and_cancelled)
    upload = asyncio.create_task(complete(storage, 0))
    await published.wait()
    upload.cancel()
    is_cancelled.set()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert await content(storage, PATH) == FILM
    assert Resumable(root / "incoming" / PATH).received_bytes() == 0
    assert not list((root / "incoming/videos/0198c1").glob("*"))

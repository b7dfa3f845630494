"""Clients that do not read what they asked for: others do not notice, and the server does not pay."""

import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

import server.sse
import server.websocket_messages
from database.engine import Database
from database.video_job import ProcessingStatus, VideoJob
from services.job_events import feed
from tests.support.api import Api
from tests.support.library import Library
from tests.support.live import Live, events, touch
from tests.support.websocket import connected

FOLLOW = "subscription { videoJobEvents { job { attempt errorMessage } } }"
# More of these than the kernel keeps for a connection.
LARGE, MANY = "x" * 500_000, 40
WRITE_BUFFER = 64 * 1024


class Client(Protocol):
    """Subscribes; yields the answers, of which none is read until it is asked for."""

    def __call__(self, live: Live, api: Api) -> AbstractAsyncContextManager[AsyncIterator[Any]]: ...


@asynccontextmanager
async def by_sse(live: Live, api: Api) -> AsyncIterator[AsyncIterator[Any]]:
    async with events(live.url, api.headers, FOLLOW) as answers:
        yield answers


@asynccontextmanager
async def by_websocket(live: Live, api: Api) -> AsyncIterator[AsyncIterator[Any]]:
    async def answers() -> AsyncIterator[Any]:
        while (message := await socket.receive())["type"] == "next":
            yield message["payload"]

    options: dict[str, Any] = {"max_queue": 1, "ping_interval": None, "compression": None}
    async with connected(live.url, additional_headers=api.headers, **options) as socket:
        await socket.init()
        await socket.subscribe("1", FOLLOW)
        yield answers()


@pytest.fixture
async def job(library: Library) -> VideoJob:
    return await library.job(await library.video(), ProcessingStatus.PROCESSING)


@pytest.mark.parametrize("client", [by_sse, by_websocket])
async def test_who_reads_too_slowly_hears_why_it_ends_and_others_miss_nothing(
    live: Live, api: Api, database: Database, job: VideoJob, *, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST_WAITING", 5)
    async with client(live, api) as slow, events(live.url, api.headers, FOLLOW) as quick:
        await live.followed(job.uploader_user_id, 2)
        for attempt in range(2, MANY + 2):
            await touch(database, job.id, error_message=LARGE)
            assert attempt_of(await anext(quick)) == attempt
            assert waiting(live) <= 5
        assert waiting(live) == 0
        assert max(unsent(live)) < WRITE_BUFFER + 2 * len(LARGE)
        *read, last = [answer async for answer in slow]
    attempts = [attempt_of(answer) for answer in read]
    assert attempts == list(range(2, len(attempts) + 2))
    assert len(attempts) < MANY
    (error,) = last["errors"]
    assert error["extensions"]["code"] == "TOO_SLOW"
    assert "last cursor" in error["message"]
    await live.deserted()


@pytest.mark.parametrize("client", [by_sse, by_websocket])
async def test_who_reads_nothing_is_cut_off(
    live: Live,
    api: Api,
    database: Database,
    job: VideoJob,
    *,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(server.sse, "STALLED_SECONDS", 0.3)
    monkeypatch.setattr(server.websocket_messages, "STALLED_SECONDS", 0.3)
    async with client(live, api) as answers:
        await live.followed(job.uploader_user_id, 1)
        for _ in range(MANY):
            await touch(database, job.id, error_message=LARGE)
        await live.deserted()
        with pytest.raises((httpx.TransportError, ConnectionClosed)):
            assert len([answer async for answer in answers]) < MANY
    assert [record.levelno for record in caplog.records if record.name.startswith("server")] == [logging.WARNING]
    assert "read nothing" in caplog.text
    assert "ERROR" not in caplog.text


def attempt_of(answer: Any) -> int:
    attempt: int = answer["data"]["videoJobEvents"]["job"]["attempt"]
    return attempt


def waiting(live: Live) -> int:
    """The most events that wait for a follower."""
    followers = [follower for feed in live.job_events._feeds.values() for follower in feed.followers]
    return max(len(follower._waiting) for follower in followers)


def unsent(live: Live) -> list[int]:
    """The bytes that wait in each connection."""
    return [connection.transport.get_write_buffer_size() for connection in live.server.server_state.connections]

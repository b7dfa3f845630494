"""GraphQL over server-sent events, over real sockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

import server.sse
from database.engine import Database
from database.video_job import ProcessingStatus, VideoJob
from server.settings import Settings
from server.tokens import issue_token
from services.job_events import trim_events
from tests.support.api import Api
from tests.support.library import Library
from tests.support.live import Live, events, eventually, touch

FOLLOW = "subscription ($after: String) { videoJobEvents(after: $after) { cursor job { id attempt errorMessage } } }"
AFTER = 'subscription { videoJobEvents(after: "CURSOR") { job { id attempt } } }'
CANCEL = 'mutation { cancelVideoJob(jobId: "JOB") { __typename } }'
EVENTS = {"Accept": "text/event-stream"}
JSON = {"Content-Type": "application/json"}

WRONG = {
    "{": "GRAPHQL_PARSE_FAILED",
    "subscription { nothing }": "GRAPHQL_VALIDATION_FAILED",
    AFTER: "BAD_USER_INPUT",
    'subscription { videoJobEvents(videoId: "x") { cursor } }': "BAD_USER_INPUT",
    f'subscription {{ videoJobEvents(videoId: "video_{"0" * 32}") {{ cursor }} }}': "BAD_USER_INPUT",
}
REFUSED: list[tuple[str, dict[str, Any], dict[str, str], int]] = [
    ("POST", {"json": {"query": FOLLOW}}, {"Authorization": ""}, 401),
    ("POST", {"content": "{"}, JSON, 400),
    ("POST", {"json": {"query": FOLLOW, "operationName": "Other"}}, {}, 400),
    ("POST", {"json": {"query": FOLLOW, "variables": []}}, {}, 400),
    ("POST", {"content": "query"}, {"Content-Type": "text/plain"}, 415),
    ("GET", {"params": {"query": CANCEL}}, {}, 405),
    ("POST", {"json": {"query": FOLLOW}}, {"Accept": "application/json"}, 406),
    ("GET", {"params": {"query": FOLLOW}}, {"Accept": "application/graphql-response+json"}, 406),
]


@pytest.fixture
async def job(library: Library) -> VideoJob:
    return await library.job(await library.video(), ProcessingStatus.PROCESSING)


@asynccontextmanager
async def request(live: Live, headers: dict[str, str], method: str, query: str) -> AsyncIterator[httpx.Response]:
    """The answer to a request for events, of which only the head has been read."""
    sent = {"params": {"query": query}} if method == "GET" else {"json": {"query": query}}
    async with (
        httpx.AsyncClient(base_url=live.url, headers=headers | EVENTS) as http,
        http.stream(method, "/graphql", **sent) as response,  # type: ignore[arg-type]
    ):
        yield response


async def whole(live: Live, headers: dict[str, str], method: str, query: str) -> list[tuple[str, Any]]:
    """All events of a stream that ends."""
    async with request(live, headers, method, query) as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        blocks = (await response.aread()).decode().split("\n\n")
    assert blocks.pop() == ""
    return [event(block) for block in blocks if block != ":"]


def event(block: str) -> tuple[str, Any]:
    name, data = block.split("\n")
    assert name.startswith("event: ")
    assert data.startswith("data:")
    return name.removeprefix("event: "), json.loads(data.removeprefix("data:") or "null")


def seen(answer: Any) -> tuple[str, int]:
    found = answer["data"]["videoJobEvents"]["job"]
    return found["id"], found["attempt"]


async def test_events_come_as_they_happen(live: Live, api: Api, database: Database, job: VideoJob) -> None:
    async with request(live, api.headers, "POST", FOLLOW) as response:
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-request-id"]
        pieces = response.aiter_text()
        assert await anext(pieces) == ":\n\n"
        for attempt in (2, 3):
            await live.followed(job.uploader_user_id, 1)
            await touch(database, job.id)
            name, answer = event((await anext(pieces)).removesuffix("\n\n"))
            assert name == "next"
            assert seen(answer) == (f"job_{job.id.hex}", attempt)
    await live.deserted()


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_query_is_one_event(live: Live, api: Api, method: str) -> None:
    answer = {"data": {"viewer": {"videoCount": 0}}}
    assert await whole(live, api.headers, method, "{ viewer { videoCount } }") == [("next", answer), ("complete", None)]


async def test_a_mutation_is_one_event(live: Live, api: Api, job: VideoJob) -> None:
    done = await whole(live, api.headers, "POST", CANCEL.replace("JOB", f"job_{job.id.hex}"))
    answer = {"data": {"cancelVideoJob": {"__typename": "CancelVideoJobSuccess"}}}
    assert done == [("next", answer), ("complete", None)]


async def test_subscriptions_come_by_get_too(live: Live, api: Api, database: Database, job: VideoJob) -> None:
    cursor = (await api.data("{ videoJobEventsCursor }"))["videoJobEventsCursor"]
    await touch(database, job.id)
    async with request(live, api.headers, "GET", AFTER.replace("CURSOR", cursor)) as response:
        pieces = response.aiter_text()
        while (piece := await anext(pieces)).startswith(":"):
            pass
        assert seen(event(piece.removesuffix("\n\n"))[1]) == (f"job_{job.id.hex}", 2)


async def test_what_is_wrong_with_an_operation_is_its_only_event(live: Live, api: Api) -> None:
    for query, code in WRONG.items():
        (name, answer), last = await whole(live, api.headers, "POST", query)
        assert name == "next"
        assert answer.get("data") is None
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
        assert last == ("complete", None)
    await live.deserted()


async def test_a_forgotten_cursor_says_so(live: Live, api: Api, database: Database, job: VideoJob) -> None:
    cursor = (await api.data("{ videoJobEventsCursor }"))["videoJobEventsCursor"]
    await touch(database, job.id)
    await trim_events(database, timedelta(0))
    (_, answer), last = await whole(live, api.headers, "POST", AFTER.replace("CURSOR", cursor))
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["EVENTS_FORGOTTEN"]
    assert last == ("complete", None)


async def test_what_is_no_request_is_refused_before_the_stream(live: Live, api: Api) -> None:
    async with httpx.AsyncClient(base_url=live.url) as http:
        for method, sent, headers, status in REFUSED:
            response = await http.request(method, "/graphql", **sent, headers=api.headers | EVENTS | headers)
            assert response.status_code == status
            assert response.headers["content-type"].partition(";")[0] == headers.get("Accept", "application/json")
            (error,) = response.json()["errors"]
            assert error["extensions"]["code"] == ("UNAUTHENTICATED" if status == 401 else "BAD_REQUEST")


async def test_a_quiet_stream_shows_that_it_is_alive(live: Live, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.sse, "ALIVE_SECONDS", 0.05)
    async with request(live, api.headers, "GET", FOLLOW) as response:
        pieces = response.aiter_text()
        assert [await anext(pieces) for _ in range(4)] == [":\n\n"] * 4


async def test_who_leaves_leaves_nothing_behind(live: Live, api: Api, database: Database, job: VideoJob) -> None:
    async def visit() -> None:
        async with events(live.url, api.headers, FOLLOW) as answers:
            await live.followed(job.uploader_user_id, 1)
            await touch(database, job.id)
            await anext(answers)
        await live.deserted()

    await visit()
    before = asyncio.all_tasks()
    for _ in range(3):
        await visit()
    await eventually(lambda: asyncio.all_tasks() <= before)
    await database.parking.empty()
    assert database.engine.sync_engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_a_token_that_expires_ends_the_stream(
    live: Live, api: Api, settings: Settings, database: Database, job: VideoJob
) -> None:
    token = issue_token(settings.secret, job.uploader_user_id, timedelta(seconds=2))
    async with events(live.url, {"Authorization": f"Bearer {token}"}, FOLLOW) as answers:
        await live.followed(job.uploader_user_id, 1)
        await touch(database, job.id)
        first, last = [answer async for answer in answers]
    assert seen(first) == (f"job_{job.id.hex}", 2)
    assert "data" not in last
    assert [error["extensions"]["code"] for error in last["errors"]] == ["UNAUTHENTICATED"]
    await live.deserted()


async def test_a_stopping_server_ends_streams_without_completing_them(live: Live, api: Api, viewer: UUID) -> None:
    async with request(live, api.headers, "POST", FOLLOW) as response:
        await live.followed(viewer, 1)
        await live.stop()
        assert (await response.aread()).decode() == ":\n\n"
    await live.deserted()


@pytest.mark.parametrize("was_used", [False, True])
async def test_who_comes_while_the_server_stops_is_sent_away_at_once(
    live: Live, api: Api, viewer: UUID, caplog: pytest.LogCaptureFixture, *, was_used: bool
) -> None:
    if was_used:
        async with request(live, api.headers, "POST", FOLLOW):
            await live.followed(viewer, 1)
    await live.job_events.close()
    async with asyncio.timeout(5), request(live, api.headers, "POST", FOLLOW) as response:
        assert (await response.aread()).decode().strip() in {":", ""}
    await live.deserted()
    assert caplog.messages == []


async def test_who_takes_json_too_gets_it_where_there_is_one_answer(live: Live, api: Api) -> None:
    accept = {"Accept": "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"}
    async with httpx.AsyncClient(base_url=live.url, headers=api.headers | accept) as http:
        for query, status in (("{ viewer { videoCount } }", 200), ("{ nothing }", 400)):
            response = await http.post("/graphql", json={"query": query})
            assert response.headers["content-type"].startswith("application/graphql-response+json")
            assert response.status_code == status
        async with http.stream("POST", "/graphql", json={"query": FOLLOW}) as response:
            assert response.headers["content-type"].startswith("text/event-stream")

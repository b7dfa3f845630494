"""GraphQL by the protocol graphql-transport-ws, over real sockets."""

import asyncio
import logging
from datetime import timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

import pytest
from websockets.typing import Subprotocol

import server.websocket
from database.engine import Database
from database.video_job import ProcessingStatus, VideoJob
from server.settings import Settings
from server.tokens import issue_token
from tests.support.api import Api
from tests.support.library import Library
from tests.support.live import Live, eventually, touch
from tests.support.websocket import connected

FOLLOW = "subscription { videoJobEvents { job { id attempt } } }"
COUNT = "{ viewer { videoCount } }"
VIEWER = {"data": {"viewer": {"videoCount": 0}}}

# What may not be said once one is known, and the code and the reason that the connection is closed with.
REFUSED: list[tuple[str | bytes, int, str]] = [
    ("{", 4400, "must be a text with a JSON object"),
    (b'{"type": "ping"}', 4400, "must be a text with a JSON object"),
    ("[" * 100_000, 4400, "must be a text with a JSON object"),
    ("5", 4400, "a JSON object with a `type`"),
    ('{"type": 5}', 4400, "a JSON object with a `type`"),
    ('{"type": "start"}', 4400, "unknown type 'start'"),
    (f'{{"type": "{"ü" * 500}"}}', 4400, "unknown type"),
    ('{"type": "subscribe", "payload": {"query": "{ __typename }"}}', 4400, "`id` must be"),
    ('{"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}}', 4400, "`id` must be"),
    ('{"type": "subscribe", "id": "1"}', 4400, "must be a JSON object"),
    ('{"type": "subscribe", "id": "1", "payload": {"query": 5}}', 4400, "`query` must be"),
    ('{"type": "complete"}', 4400, "`id` must be"),
    ('{"type": "connection_init"}', 4429, "Too many initialisation requests"),
    (f'{{"type": "ping", "payload": "{"x" * 2_000_000}"}}', 1009, ""),
]


@pytest.fixture
async def job(library: Library) -> VideoJob:
    return await library.job(await library.video(), ProcessingStatus.PROCESSING)


def next_of(key: str, job: VideoJob, attempt: int) -> dict[str, Any]:
    data = {"videoJobEvents": {"job": {"id": f"job_{job.id.hex}", "attempt": attempt}}}
    return {"id": key, "type": "next", "payload": {"data": data}}


async def test_several_operations_share_a_connection(live: Live, api: Api, database: Database, job: VideoJob) -> None:
    cancel = f'mutation {{ cancelVideoJob(jobId: "job_{job.id.hex}") {{ __typename }} }}'
    async with connected(live.url) as socket:
        await socket.init(api.headers)
        for key in ("a", "b"):
            await socket.subscribe(key, FOLLOW)
        await live.followed(job.uploader_user_id, 2)
        await touch(database, job.id)
        heard = sorted([await socket.receive() for _ in "ab"], key=itemgetter("id"))
        assert heard == [next_of("a", job, 2), next_of("b", job, 2)]
        await socket.subscribe("query", COUNT)
        assert (await socket.receive())["payload"] == {"data": {"viewer": {"videoCount": 1}}}
        assert await socket.receive() == {"id": "query", "type": "complete"}

        await socket.send("complete", id="a")
        await live.followed(job.uploader_user_id, 1)
        await socket.subscribe("mutation", cancel)
        heard = [await socket.receive() for _ in range(3)]
        assert sorted((message["id"], message["type"]) for message in heard) == [
            ("b", "next"),
            ("mutation", "complete"),
            ("mutation", "next"),
        ]
        await socket.send("complete", id="b")
        await socket.send("complete", id="unknown")
        await live.followed(job.uploader_user_id, 0)
        await socket.subscribe("a", COUNT)  # a name that is free again
        assert (await socket.receive())["id"] == "a"
    await live.deserted()


async def test_a_refused_operation_is_an_error_and_the_connection_stays(live: Live, api: Api) -> None:
    async with connected(live.url) as socket:
        await socket.init(api.headers)
        for query, code in {
            "{": "GRAPHQL_PARSE_FAILED",
            "{ nothing }": "GRAPHQL_VALIDATION_FAILED",
            "query ($id: ID!) { video(id: $id) { id } }": "BAD_USER_INPUT",
        }.items():
            await socket.subscribe("1", query)
            message = await socket.receive()
            assert (message["id"], message["type"]) == ("1", "error")
            assert [error["extensions"]["code"] for error in message["payload"]] == [code]
        await socket.send("subscribe", id="1", payload={"query": "query A { __typename }", "operationName": "B"})
        assert (await socket.receive())["payload"][0]["extensions"]["code"] == "BAD_REQUEST"
        await socket.subscribe("1", COUNT)
        assert (await socket.receive())["payload"] == VIEWER


async def test_a_subscription_that_can_not_begin_says_why(live: Live, api: Api) -> None:
    async with connected(live.url) as socket:
        await socket.init(api.headers)
        await socket.subscribe("1", 'subscription { videoJobEvents(after: "x") { cursor } }')
        message = await socket.receive()
        assert (message["type"], message["payload"].get("data")) == ("next", None)
        assert message["payload"]["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        assert await socket.receive() == {"id": "1", "type": "complete"}


async def test_pings_are_answered_before_and_after_the_beginning(live: Live, api: Api) -> None:
    async with connected(live.url) as socket:
        await socket.send("ping")
        await socket.send("pong")
        assert await socket.receive() == {"type": "pong"}
        await socket.init(api.headers)
        await socket.send("pong", payload={"not": "asked for"})
        await socket.send("ping", payload={"at": 5})
        assert await socket.receive() == {"type": "pong", "payload": {"at": 5}}


async def test_what_may_not_be_said_closes_the_connection(live: Live, api: Api) -> None:
    for message, code, reason in REFUSED:
        async with connected(live.url) as socket:
            await socket.init(api.headers)
            await socket.connection.send(message)
            closed = await socket.closed()
            assert closed[0] == code, message[:80]
            assert reason in (closed[1] or ""), message[:80]
    await live.deserted()


async def test_an_operations_name_is_its_own(live: Live, api: Api) -> None:
    async with connected(live.url) as socket:
        await socket.init(api.headers)
        await socket.subscribe("1", FOLLOW)
        await socket.subscribe("1", FOLLOW)
        assert await socket.closed() == (4409, "Subscriber for 1 already exists")
    await live.deserted()


async def test_a_connection_carries_so_many_operations(live: Live, api: Api, viewer: UUID, settings: Settings) -> None:
    async with connected(live.url) as socket:
        await socket.init(api.headers)
        for number in range(settings.max_operations_per_connection):
            await socket.subscribe(str(number), FOLLOW)
        await live.followed(viewer, settings.max_operations_per_connection)
        await socket.subscribe("more", FOLLOW)
        assert (await socket.closed())[0] == 4400
    await live.deserted()


async def test_who_does_not_say_who_they_are_is_shown_out(
    live: Live, monkeypatch: pytest.MonkeyPatch, settings: Settings, viewer: UUID
) -> None:
    expired = issue_token(settings.secret, viewer, timedelta(seconds=-1))
    async with connected(live.url) as socket:
        await socket.subscribe("1", COUNT)
        assert (await socket.closed())[0] == 4401
    for payload in (None, {}, {"Authorization": 5}, {"Authorization": f"Bearer {expired}"}):
        async with connected(live.url) as socket:
            await socket.send("connection_init", payload=payload)
            assert (await socket.closed())[0] == 4403
    monkeypatch.setattr(server.websocket, "INIT_SECONDS", 0.1)
    async with connected(live.url) as socket:
        assert await socket.closed() == (4408, "Connection initialisation timeout")
    await live.deserted()


async def test_the_token_may_come_with_the_handshake(live: Live, api: Api) -> None:
    async with connected(live.url, additional_headers=api.headers) as socket:
        await socket.init()
        await socket.subscribe("1", COUNT)
        assert (await socket.receive())["payload"] == VIEWER


async def test_other_protocols_are_not_spoken(live: Live) -> None:
    for protocols in (None, [Subprotocol("graphql-ws")]):
        async with connected(live.url, subprotocols=protocols) as socket:
            assert await socket.closed() == (4406, "Subprotocol not acceptable: use graphql-transport-ws")


async def test_a_token_that_expires_closes_the_connection(
    live: Live, settings: Settings, database: Database, job: VideoJob
) -> None:
    token = issue_token(settings.secret, job.uploader_user_id, timedelta(seconds=2))
    async with connected(live.url) as socket:
        await socket.init({"authorization": f"Bearer {token}"})
        await socket.subscribe("1", FOLLOW)
        await live.followed(job.uploader_user_id, 1)
        await touch(database, job.id)
        assert await socket.receive() == next_of("1", job, 2)
        assert await socket.closed() == (4403, "Forbidden: The access token has expired.")
    await live.deserted()


async def test_who_breaks_off_leaves_nothing_behind(
    live: Live, api: Api, database: Database, job: VideoJob, caplog: pytest.LogCaptureFixture
) -> None:
    async def visit(*, is_told: bool) -> None:
        async with connected(live.url) as socket:
            await socket.init(api.headers)
            for key in "abc":
                await socket.subscribe(key, FOLLOW)
            await live.followed(job.uploader_user_id, 3)
            await socket.subscribe("d", "{ nothing }")
            await socket.subscribe("e", COUNT)
            socket.connection.transport.abort()
            if is_told:  # and so the server has something to say to who is gone
                await touch(database, job.id)
            await live.deserted()

    await visit(is_told=False)
    before = asyncio.all_tasks()
    for number in range(6):
        await visit(is_told=number % 2 == 0)
    await eventually(lambda: asyncio.all_tasks() <= before)
    await database.parking.empty()
    assert database.engine.sync_engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_stopping_server_tells_clients_to_come_back(live: Live, api: Api, viewer: UUID) -> None:
    async with connected(live.url) as socket:
        await socket.init(api.headers)
        await socket.subscribe("1", FOLLOW)
        await live.followed(viewer, 1)
        await live.stop()
        assert (await socket.closed())[0] == 1012
    await live.deserted()

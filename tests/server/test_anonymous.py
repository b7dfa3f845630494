"""Who does not say who they are gets `__typename`, by HTTP, and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from graphql import get_introspection_query
from sqlalchemy import event

from database.engine import Database
from executor.documents import MOST_DOCUMENTS
from server.for_everybody import MOST_BYTES
from server.settings import Settings
from server.tokens import issue_token
from services.storage import Storage
from tests.support.api import Api, serving
from tests.support.live import Live
from tests.support.websocket import connected

PUBLIC = [
    "{ __typename }",
    "query Ping { a: __typename b: __typename }",
    "query ($yes: Boolean = true) { __typename @include(if: $yes) }",
    "{ ... { ...F } } fragment F on Query { __typename ... on Query { __typename } }",
]
INTROSPECTION = [
    "{ __schema { queryType { name } } }",
    '{ __type(name: "Video") { name } }',
    "{ ...F } fragment F on Query { __typename __schema { types { name } } }",
]
PRIVATE = [
    "{ viewer { id } }",
    "{ __typename viewer { id } }",
    "{ __typename: viewer { id } }",
    "{ ... on Query { viewer { id } } }",
    "{ ... { ... { __typename ...F } } } fragment F on Query { ...G } fragment G on Query { viewer { id } }",
    "{ __typename viewer @skip(if: true) { id } }",
    '{ node(id: "x") { __typename } }',
    "{ videoJobEventsCursor }",
    "mutation { __typename }",
    'mutation { completeVideoUpload(input: {videoId: "x"}) { __typename } }',
    "subscription { __typename }",
    "subscription { videoJobEvents { cursor } }",
    "query A { __typename } query B { viewer { id } }",
    "{ ...F } fragment F on Query { ...F __typename }",
    # What is wrong with it would tell what there is.
    "{ video }",
    "{ viewr { id } }",
    "{",
    "",
    "{ " + "a " * MOST_BYTES + "}",
]


@pytest.fixture
async def nobody(settings: Settings, database: Database, storage: Storage) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a token, in production."""
    async with serving(settings, database, storage) as api:
        yield api.http


@pytest.fixture
def connections(database: Database) -> list[Any]:
    """The connections that are taken from the pool from now on."""
    taken: list[Any] = []
    event.listen(database.engine.sync_engine.pool, "checkout", lambda *about: taken.append(about))
    return taken


async def answers(http: httpx.AsyncClient, query: str, **more: Any) -> list[httpx.Response]:
    """By POST, GET and server-sent events."""
    body = {"query": query, **more}
    return [
        await http.post("/graphql", json=body),
        await http.get("/graphql", params={"query": query}),
        await http.post("/graphql", json=body, headers={"Accept": "text/event-stream"}),
    ]


def assert_refused(response: httpx.Response, about: str) -> None:
    assert response.status_code == 401, about
    assert response.headers["www-authenticate"] == 'Bearer realm="reelgraph"', about
    message = "No access token came with the request. Send: Authorization: Bearer <token>"
    assert response.json() == {"errors": [{"message": message, "extensions": {"code": "UNAUTHENTICATED"}}]}, about


async def test_typename_is_for_everybody(nobody: httpx.AsyncClient, connections: list[Any]) -> None:
    for query in PUBLIC:
        post, get, events = await answers(nobody, query)
        assert "Query" in json.dumps(post.json()["data"])
        assert post.json() == get.json()
        assert events.text.count("event: next") == 1
        assert f"{json.dumps(post.json(), separators=(',', ':'))}" in events.text
    assert connections == []


async def test_nothing_else_is(nobody: httpx.AsyncClient, connections: list[Any]) -> None:
    for query in [*PRIVATE, *INTROSPECTION]:
        for response in await answers(nobody, query):
            assert_refused(response, query[:80])
    named = await nobody.post(
        "/graphql", json={"query": "query A { __typename } query B { viewer { id } }", "operationName": "A"}
    )
    assert named.json() == {"data": {"__typename": "Query"}}
    assert connections == []


async def test_requests_that_are_none_do_not_tell_more(nobody: httpx.AsyncClient, connections: list[Any]) -> None:
    hashed = {"documentId": f"sha256:{'0' * 64}"}
    apollo = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}
    for body in (b"", b"5", b"[" * 100_000, b"\xff", json.dumps(hashed).encode(), json.dumps(apollo).encode()):
        response = await nobody.post("/graphql", content=body, headers={"Content-Type": "application/json"})
        assert_refused(response, str(body[:40]))
    assert_refused(await nobody.post("/graphql", data={"query": "{ __typename }"}), "a form")
    assert_refused(await nobody.get("/graphql"), "nothing")
    assert connections == []


async def test_introspection_is_for_everybody_in_development(
    database: Database, storage: Storage, tmp_path: Path, connections: list[Any]
) -> None:
    settings = Settings(data=tmp_path, environment="development")
    async with serving(settings, database, storage) as api:
        for query in (*INTROSPECTION, get_introspection_query()):
            for response in await answers(api.http, query):
                assert response.status_code == 200
                assert "errors" not in response.text
        for query in PRIVATE:
            for response in await answers(api.http, query):
                assert_refused(response, query[:80])
    assert connections == []


async def test_where_documents_must_be_known_nobody_brings_their_own(
    database: Database, storage: Storage, tmp_path: Path, connections: list[Any]
) -> None:
    settings = Settings(data=tmp_path, trusted_documents="enforce")
    async with serving(settings, database, storage) as api:
        for response in await answers(api.http, "{ __typename }"):
            assert_refused(response, "unknown")
    assert connections == []


async def test_documents_of_users_and_those_of_nobody_are_kept_apart(api: Api, viewer: UUID) -> None:
    query = "{ viewer { id } }"
    token = issue_token(api.secret, viewer, timedelta(minutes=1), may_explain=True)
    headers = {"Authorization": f"Bearer {token}", "X-Reelgraph-Explain": "1"}
    assert (await api.post({"query": query}, **headers)).status_code == 200
    assert_refused(await api.http.post("/graphql", json={"query": query}), query)
    for number in range(MOST_DOCUMENTS + 1):
        response = await api.http.post("/graphql", json={"query": f"{{ n{number}: __typename }}"})
        assert response.status_code == 200
    again = (await api.post({"query": query}, **headers)).json()
    assert again["extensions"]["explain"]["document"] == {"cached": True}
    assert sum(api.usage._numbers.values()) == 2, "nobody is counted"


async def test_much_is_not_read_of_somebody_unknown(live: Live) -> None:
    """Neither what is announced, nor what comes without being announced."""
    chunk = b"1000\r\n" + b" " * 0x1000 + b"\r\n"
    for headers, body in (("Content-Length: 1000000", b""), ("Transfer-Encoding: chunked", chunk * 5)):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(live.url.rpartition(":")[2]))
        head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{headers}\r\n\r\n"
        writer.write(head.encode() + body)
        async with asyncio.timeout(5):
            assert b" 401 " in await reader.readline()
        writer.close()
    async with connected(live.url) as socket:
        await socket.send("connection_init", payload={"much": "x" * MOST_BYTES})
        assert await socket.closed() == (4400, "Invalid message: it has more than 16,384 characters")


async def test_nobody_unknown_holds_a_connection(live: Live) -> None:
    for payload in (None, {}, {"Authorization": ""}, {"Authorization": None}, 5):
        async with connected(live.url) as socket:
            await socket.send("connection_init", payload=payload)
            code, reason = await socket.closed()
            assert code == 4403
            assert (reason or "").startswith("Forbidden: No access token came")


async def test_what_could_only_be_refused_is_not_read(api: Api) -> None:
    """A long document of somebody unknown costs no validation: it has one error, that they are to say who they are."""
    query = "{ " + "__typename " * 500 + "}"
    response = await api.http.post("/graphql", json={"query": query})
    assert_refused(response, query)

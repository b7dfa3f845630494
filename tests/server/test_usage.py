"""Which client uses what is counted as operations come, whichever way they come."""

import asyncio
import logging
import re
from datetime import date

import pytest

from database.engine import Database
from server.usage import MOST_CLIENTS
from services.clients import documents_in_use, usage_since
from tests.support.api import Api
from tests.support.library import Library
from tests.support.live import Live
from tests.support.manifests import document_id, released
from tests.support.websocket import connected

VIEWER = "query Viewer { viewer { id } }"
WEB = {"GraphQL-Client-Name": "web", "GraphQL-Client-Version": "1.4.0"}
Uses = dict[tuple[str, str, str], int]


async def uses(database: Database) -> Uses:
    return {
        (use.coordinate, use.client_name, use.client_version): use.operations
        for use in await usage_since(database, date.min)
    }


async def test_fields_and_arguments_are_counted_by_client(api: Api, database: Database) -> None:
    query = "{ videos(first: 5) { nodes { ...Named } } } fragment Named on Video { id title }"
    for headers in (WEB, WEB, {}):
        assert "errors" not in (await api.post({"query": query}, **headers)).json()
    await api.usage.flush()
    coordinates = ("Query.videos", "Query.videos(first:)", "VideoConnection.nodes", "Video.id", "Video.title")
    by_web: Uses = {(coordinate, "web", "1.4.0"): 2 for coordinate in coordinates}
    by_nobody: Uses = {(coordinate, "", ""): 1 for coordinate in coordinates}
    assert await uses(database) == by_web | by_nobody


async def test_what_is_not_executed_is_not_counted(api: Api, database: Database) -> None:
    await api.execute("{ viewer { age } }")
    await api.execute("{")
    await api.execute("query ($id: ID!) { video(id: $id) { id } }")
    await api.http.post("/graphql", json={"query": VIEWER})
    await api.usage.flush()
    assert await uses(database) == {}


async def test_a_field_that_is_skipped_is_used_all_the_same(api: Api, database: Database) -> None:
    await api.data("{ viewer { id videoCount @skip(if: true) } }")
    await api.usage.flush()
    assert ("Viewer.videoCount", "", "") in await uses(database), "the document needs it"


async def test_operations_by_every_transport_are_counted(
    live: Live, api: Api, database: Database, library: Library
) -> None:
    await api.http.get("/graphql", params={"query": VIEWER}, headers={**api.headers, **WEB})
    await api.usage.flush()
    async with connected(live.url) as socket:
        await socket.init({**api.headers, "GraphQL-Client-Name": "app"})
        await socket.subscribe("1", VIEWER)
        assert (await socket.receive())["type"] == "next"
    async with connected(live.url, additional_headers={**api.headers, **WEB}) as socket:
        await socket.init()
        await socket.subscribe("1", "subscription { videoJobEvents { cursor } }")
        await live.followed(library.owner, 1)
    await live.usage.flush()
    found = await uses(database)
    assert found["Viewer.id", "web", "1.4.0"] == 1
    assert found["Viewer.id", "app", ""] == 1
    assert found["VideoJobEvent.cursor", "web", "1.4.0"] == 1


async def test_sightings_of_registered_documents_are_noted(api: Api, database: Database) -> None:
    await released(database, VIEWER)
    await api.post({"documentId": document_id(VIEWER)}, **WEB)
    await api.post({"query": "{ viewer { videoCount } }"}, **WEB)
    await api.usage.flush()
    async with database.transaction() as session:
        connection = await session.connection()
        rows = (await connection.exec_driver_sql("SELECT client_name, operations FROM document_usage")).all()
    assert [tuple(row) for row in rows] == [("web", 1)]
    assert len(await documents_in_use(database, date.min)) == 1


async def test_names_are_made_fit_and_there_are_not_too_many(api: Api, database: Database) -> None:
    await api.post({"query": VIEWER}, **{"GraphQL-Client-Name": "x" * 500})
    for number in range(MOST_CLIENTS + 5):
        await api.post({"query": VIEWER}, **{"GraphQL-Client-Name": f"client {number}"})
    await api.usage.flush()
    names = {name: number for (_, name, _), number in (await uses(database)).items()}
    assert names["x" * 100] == 1
    assert names["(others)"] == 6
    assert len(names) == MOST_CLIENTS + 1


async def test_names_come_in_utf_8_or_as_http_once_had_them(api: Api, database: Database) -> None:
    for name in ("für".encode(), "ビデオ".encode(), "für".encode("latin-1")):
        headers = {b"authorization": api.headers["Authorization"].encode(), b"graphql-client-name": name}
        await api.http.post("/graphql", json={"query": VIEWER}, headers=headers)
    await api.usage.flush()
    assert await uses(database) == {
        ("Query.viewer", "für", ""): 2,
        ("Viewer.id", "für", ""): 2,
        ("Query.viewer", "ビデオ", ""): 1,
        ("Viewer.id", "ビデオ", ""): 1,
    }


async def test_however_much_was_counted_is_noted_by_a_few_statements(api: Api, database: Database) -> None:
    await released(database, VIEWER)
    for number in range(30):
        for query in (VIEWER, "{ videos { nodes { id title } } }"):
            await api.post({"query": query}, **{"GraphQL-Client-Name": f"client {number}"})
    async with api.statements() as statements:
        await api.usage.flush()
    about = [sql for sql in statements if re.search("field_usage|trusted_documents|document_usage", sql)]
    assert [sql.split()[0] for sql in about] == ["INSERT", "SELECT", "INSERT"]
    assert len(await uses(database)) == 30 * 6


async def test_a_name_from_a_websocket_may_hold_anything(live: Live, api: Api, database: Database) -> None:
    async with connected(live.url) as socket:
        await socket.init({**api.headers, "GraphQL-Client-Name": "a\0b\n", "GraphQL-Client-Version": 5})
        await socket.subscribe("1", VIEWER)
        assert (await socket.receive())["type"] == "next"
    await live.usage.flush()
    assert ("Viewer.id", "ab", "") in await uses(database)


async def test_counts_are_noted_by_themselves_and_when_the_server_stops(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.usage, "_flush_seconds", 0.01)
    await api.data(VIEWER)
    while not await uses(database):
        await asyncio.sleep(0.01)
    await api.data(VIEWER)
    await api.usage.close()
    assert (await uses(database))["Viewer.id", "", ""] == 2


async def test_counts_wait_for_a_database_that_is_away(
    api: Api, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await api.data(VIEWER)
    async with database.transaction() as session:
        await (await session.connection()).exec_driver_sql("ALTER TABLE field_usage RENAME TO away")
    with caplog.at_level(logging.WARNING, "server.usage"):
        await api.usage.flush()
    assert "can't be noted now" in caplog.text
    await api.data(VIEWER)
    async with database.transaction() as session:
        await (await session.connection()).exec_driver_sql("ALTER TABLE away RENAME TO field_usage")
    await api.usage.flush()
    assert (await uses(database))["Viewer.id", "", ""] == 2

"""Documents by their ids, and servers that execute registered ones only."""

import json
import logging
from pathlib import Path
from typing import Any, Literal

import pytest

import server.trusted_documents
from database.engine import Database
from server.own_documents import OWN_DOCUMENTS
from server.settings import Settings
from services.clients import retire_release
from tests.support.api import Api
from tests.support.library import Library
from tests.support.live import Live, events, touch
from tests.support.manifests import document_id, released
from tests.support.websocket import connected

VIEWER = "query Viewer { viewer { id videoCount } }"
DELETE = "mutation Delete($id: ID!) { deleteVideo(videoId: $id) { __typename } }"
FOLLOW = "subscription Follow($after: String) { videoJobEvents(after: $after) { job { attempt } } }"
NOBODYS = "{ viewer { videoCount } }"
SPOKEN = "application/graphql-response+json"

Policy = Literal["off", "log", "enforce"]


@pytest.fixture
def policy() -> Policy:
    return "off"


@pytest.fixture
def settings(tmp_path: Path, policy: Policy) -> Settings:
    return Settings(data=tmp_path / "data", trusted_documents=policy)


def code_of(answer: dict[str, Any]) -> str:
    (error,) = answer["errors"]
    return str(error["extensions"]["code"])


@pytest.mark.parametrize("policy", ["off", "log", "enforce"])
async def test_a_registered_document_is_executed_by_its_id_as_by_its_text(api: Api, database: Database) -> None:
    await released(database, VIEWER)
    by_text = await api.post({"query": VIEWER})
    assert "errors" not in by_text.json()
    by_id = await api.post({"documentId": document_id(VIEWER)})
    by_get = await api.http.get("/graphql", params={"documentId": document_id(VIEWER)}, headers=api.headers)
    assert by_id.json() == by_get.json() == by_text.json()


async def test_variables_and_the_operations_name_come_with_the_id(
    api: Api, database: Database, library: Library
) -> None:
    two = "query One($id: ID!) { video(id: $id) { id } } query Two { viewer { id } }"
    await released(database, two)
    id_ = f"video_{(await library.video()).id.hex}"
    asked = {"documentId": document_id(two), "operationName": "One", "variables": {"id": id_}}
    assert (await api.post(asked)).json() == {"data": {"video": {"id": id_}}}
    params = {"documentId": document_id(two), "operationName": "One", "variables": json.dumps({"id": id_})}
    answer = await api.http.get("/graphql", params=params, headers=api.headers)
    assert answer.json() == {"data": {"video": {"id": id_}}}


async def test_the_id_costs_one_statement_once(api: Api, database: Database) -> None:
    await released(database, VIEWER)
    await api.data("{ viewer { videoCount } }")
    async with api.statements() as first:
        await api.post({"documentId": document_id(VIEWER)})
    async with api.statements() as second:
        await api.post({"documentId": document_id(VIEWER)})
    assert sum("trusted_documents" in sql for sql in first) == 1
    assert sum("trusted_documents" in sql for sql in second) == 0


@pytest.mark.parametrize("policy", ["off", "log", "enforce"])
@pytest.mark.parametrize(("accept", "status"), [(SPOKEN, 400), ("application/json", 200)])
async def test_an_unknown_id_is_one_clear_error(api: Api, accept: str, status: int) -> None:
    unknown = document_id("{ nothing }")
    by_post = await api.post({"documentId": unknown}, Accept=accept)
    by_get = await api.http.get("/graphql", params={"documentId": unknown}, headers={**api.headers, "Accept": accept})
    for response in (by_post, by_get):
        assert response.status_code == status
        answer = response.json()
        assert "data" not in answer
        assert code_of(answer) == "PERSISTED_QUERY_NOT_FOUND"
        assert unknown in answer["errors"][0]["message"]
        assert "reelgraph clients register" in answer["errors"][0]["message"]
    assert "etag" not in by_get.headers


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"documentId": "sha256:abc"}, "64 hexadecimal digits"),
        ({"documentId": document_id(VIEWER).upper()}, "64 hexadecimal digits"),
        ({"documentId": 5}, "64 hexadecimal digits"),
        ({"documentId": document_id(VIEWER), "query": VIEWER}, "not both"),
        ({"documentId": None}, "`documentId`"),
        ({"extensions": {"persistedQuery": {"sha256Hash": "abc"}}}, "`documentId`"),
        ({"extensions": {"persistedQuery": 5}}, "`documentId`"),
        ({"extensions": [5]}, "`extensions` must be a JSON object"),
        ({"extensions": None}, "`documentId`"),
    ],
)
async def test_what_is_no_id_is_said_to_be_none(api: Api, body: dict[str, Any], says: str) -> None:
    response = await api.post(body)
    assert response.status_code == 400
    assert code_of(response.json()) == "BAD_REQUEST"
    assert says in response.json()["errors"][0]["message"]


async def test_apollos_clients_send_the_id_their_way(api: Api, database: Database) -> None:
    await released(database, VIEWER)
    sent = {"persistedQuery": {"version": 1, "sha256Hash": document_id(VIEWER).removeprefix("sha256:")}}
    expected = (await api.post({"query": VIEWER})).json()
    assert (await api.post({"extensions": sent})).json() == expected
    assert (await api.post({"extensions": sent, "query": VIEWER})).json() == expected
    by_get = await api.http.get("/graphql", params={"extensions": json.dumps(sent)}, headers=api.headers)
    assert by_get.json() == expected


async def test_a_mutation_by_get_is_refused_also_by_its_id(api: Api, database: Database, library: Library) -> None:
    await released(database, DELETE)
    variables = json.dumps({"id": f"video_{(await library.video()).id.hex}"})
    params = {"documentId": document_id(DELETE), "variables": variables}
    response = await api.http.get("/graphql", params=params, headers=api.headers)
    assert response.status_code == 405
    assert "mutations are not allowed when using GET" in response.json()["errors"][0]["message"]
    assert await api.data(NOBODYS) == {"viewer": {"videoCount": 1}}


async def test_queries_by_get_can_be_kept_and_asked_for_again(api: Api, database: Database, library: Library) -> None:
    await released(database, VIEWER)

    async def get(**headers: str) -> Any:
        params = {"documentId": document_id(VIEWER)}
        return await api.http.get("/graphql", params=params, headers={**api.headers, **headers})

    first = await get()
    assert first.headers["cache-control"] == "private, no-cache"
    assert {"accept", "authorization"} <= {name.strip().lower() for name in first.headers["vary"].split(",")}
    again = await get(**{"If-None-Match": f'"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    await library.video()
    changed = await get(**{"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.json()["data"]["viewer"]["videoCount"] == 1
    assert "etag" not in (await api.post({"documentId": document_id(VIEWER)})).headers


@pytest.mark.parametrize("policy", ["enforce"])
async def test_over_a_websocket_and_an_event_stream(live: Live, api: Api, database: Database, library: Library) -> None:
    await released(database, FOLLOW, VIEWER, "query Cursor { videoJobEventsCursor }")
    job = await library.job(await library.video())
    cursor = (await api.data("query Cursor { videoJobEventsCursor }"))["videoJobEventsCursor"]
    await touch(database, job.id)
    asked = {"documentId": document_id(FOLLOW), "variables": {"after": cursor}}
    happened = {"data": {"videoJobEvents": {"job": {"attempt": 2}}}}
    async with connected(live.url) as socket:
        await socket.init(api.headers)
        await socket.send("subscribe", id="1", payload=asked)
        assert await socket.receive() == {"id": "1", "type": "next", "payload": happened}
        await socket.send("subscribe", id="2", payload={"documentId": document_id(NOBODYS)})
        refused = await socket.receive()
        assert (refused["id"], refused["type"]) == ("2", "error")
        assert code_of({"errors": refused["payload"]}) == "PERSISTED_QUERY_NOT_FOUND"
        await socket.send("subscribe", id="3", payload={"query": NOBODYS})
        assert code_of({"errors": (await socket.receive())["payload"]}) == "UNTRUSTED_DOCUMENT"
    async with events(live.url, api.headers, FOLLOW, by_id=True, after=cursor) as stream:
        assert await anext(stream) == happened
    async with events(live.url, api.headers, NOBODYS, by_id=True) as stream:
        assert code_of(await anext(stream)) == "PERSISTED_QUERY_NOT_FOUND"
    async with events(live.url, api.headers, NOBODYS) as stream:
        assert code_of(await anext(stream)) == "UNTRUSTED_DOCUMENT"


@pytest.mark.parametrize("policy", ["enforce"])
@pytest.mark.parametrize(
    "text", [NOBODYS, "{ nothing }", "{", "no GraphQL at all", "{ __schema { types { name } } }", "{ __typename }"]
)
async def test_what_nobody_registered_is_refused_before_it_is_read(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    await released(database, VIEWER)
    await api.data(VIEWER)

    def never(*_: Any) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr("executor.documents.parse", never)
    async with api.statements() as statements:
        response = await api.post({"query": text}, Accept=SPOKEN)
    assert response.status_code == 400
    assert code_of(response.json()) == "UNTRUSTED_DOCUMENT"
    assert document_id(text) in response.json()["errors"][0]["message"]
    assert [sql for sql in statements if "trusted_documents" not in sql and "BEGIN" not in sql] == ["COMMIT;"]


@pytest.mark.parametrize("policy", ["enforce"])
@pytest.mark.parametrize("text", OWN_DOCUMENTS)
async def test_what_the_command_line_sends_needs_no_registration(api: Api, text: str) -> None:
    for asked in ({"query": text}, {"documentId": document_id(text)}):
        response = await api.post(asked)  # without its variables, most are refused when they are executed
        assert not {"UNTRUSTED_DOCUMENT", "PERSISTED_QUERY_NOT_FOUND"} & {
            error["extensions"]["code"] for error in response.json().get("errors", [])
        }


@pytest.mark.parametrize("policy", ["log"])
async def test_what_nobody_registered_is_executed_and_logged_once(
    api: Api, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await released(database, VIEWER)
    with caplog.at_level(logging.WARNING, "server.trusted_documents"):
        for query in (NOBODYS, VIEWER, NOBODYS):
            response = await api.post({"query": query}, **{"GraphQL-Client-Name": "app", "GraphQL-Client-Version": "2"})
            assert "errors" not in response.json()
    (record,) = caplog.records
    assert "'app@2' sent a document that nobody has registered" in record.message
    assert document_id(NOBODYS) in record.message


async def test_documents_of_retired_releases_are_unknown_but_for_those_that_others_send(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.trusted_documents, "TRUSTED_SECONDS", -1)
    await released(database, VIEWER, DELETE, version="1")
    await released(database, VIEWER, version="2")
    assert "errors" not in (await api.post({"documentId": document_id(VIEWER)})).json()
    await retire_release(database, "web", "1")
    assert "errors" not in (await api.post({"documentId": document_id(VIEWER)})).json()
    gone = {"documentId": document_id(DELETE), "variables": {"id": "video_1"}}
    assert code_of((await api.post(gone)).json()) == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_document_that_is_registered_later_is_found(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.trusted_documents, "UNKNOWN_SECONDS", -1)
    asked = {"documentId": document_id(VIEWER)}
    assert code_of((await api.post(asked)).json()) == "PERSISTED_QUERY_NOT_FOUND"
    await released(database, VIEWER)
    assert "errors" not in (await api.post(asked)).json()


@pytest.mark.parametrize("policy", ["enforce"])
async def test_metrics_tell_of_them(api: Api) -> None:
    await api.execute(NOBODYS)
    await api.post({"documentId": document_id(NOBODYS)})
    metrics = (await api.http.get("/metrics")).text
    for outcome in ("refused", "unknown"):
        assert f'reelgraph_documents_unregistered_total{{outcome="{outcome}"}}' in metrics

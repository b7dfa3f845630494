"""GraphQL over HTTP: who may ask, what is understood, and what is said otherwise."""

from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import jwt
import pytest
from jwt import api_jwt

from database.engine import Database
from executor.plan import Plan
from schema.context import Context
from server.auth import authenticator
from server.settings import Settings
from server.tokens import issue_token
from services.storage import Storage
from tests.support.api import Api, serving
from tests.support.library import Library
from tests.support.limits import unlimited

NOW = 1_900_000_000


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_without_a_token_nothing_is_answered(api: Api) -> None:
    response = await api.http.post("/graphql", json={"query": "{ viewer { id } }"})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="reelgraph"'
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert "Authorization: Bearer <token>" in error["message"]


@pytest.mark.parametrize(
    ("claims", "key", "says"),
    [
        ({"sub": str(uuid4()), "exp": 1}, None, "expired"),
        ({"sub": str(uuid4())}, None, "exp"),
        ({"exp": NOW}, None, "sub"),
        ({"sub": "somebody", "exp": NOW}, None, "no UUID"),
        ({"sub": str(uuid4()), "exp": NOW}, "another-secret-of-thirty-two-bytes!", "signature"),
    ],
)
async def test_tokens_that_are_not_accepted(api: Api, claims: dict[str, Any], key: str | None, says: str) -> None:
    token = jwt.encode(claims, key or api.secret, algorithm="HS256")
    response = await api.http.post("/graphql", json={"query": "{ viewer { id } }"}, headers=bearer(token))
    assert response.status_code == 401
    assert says in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic dXNlcjpwYXNz",
        "Bearer",
        "Bearer ",
        "Bearer a.b.c",
        jwt.encode({"sub": str(uuid4()), "exp": NOW}, "", "none"),
    ],
)
async def test_headers_that_carry_no_token(api: Api, authorization: str) -> None:
    response = await api.http.post(
        "/graphql", json={"query": "{ viewer { id } }"}, headers={"Authorization": authorization}
    )
    assert response.status_code == 401


async def test_a_token_is_its_user(api: Api) -> None:
    user = uuid4()
    token = issue_token(api.secret, user, timedelta(minutes=1))
    response = await api.http.post("/graphql", json={"query": "{ viewer { id } }"}, headers=bearer(token))
    assert response.json() == {"data": {"viewer": {"id": str(user)}}}


async def test_a_token_that_was_known_expires(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    later = datetime.now(UTC) + timedelta(minutes=2)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return later

    headers = bearer(issue_token(api.secret, uuid4(), timedelta(minutes=1)))
    body = {"query": "{ viewer { id } }"}
    assert (await api.http.post("/graphql", json=body, headers=headers)).status_code == 200
    monkeypatch.setattr(authenticator, "time", SimpleNamespace(time=later.timestamp))
    monkeypatch.setattr(api_jwt, "datetime", Clock)
    response = await api.http.post("/graphql", json=body, headers=headers)
    assert response.status_code == 401
    assert "expired" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"5", 400),
        (b"null", 400),
        (b'"x"', 400),
        (b"[1]", 400),
        (b"[" * 100_000, 400),
        (b'{"query": "\xff"}', 400),
        (b'{"query": 1}', 400),
        (b'{"query": ""}', 400),
        (b'{"query": "{ viewer { id } }", "variables": []}', 400),
        (b'{"query": "{ viewer { id } }", "operationName": 1}', 400),
        (b'{"query": "query A { viewer { id } }", "operationName": "B"}', 400),
        (b'{"query": "' + b" " * (1024 * 1024) + b'"}', 413),
    ],
)
async def test_bodies_that_are_no_request(api: Api, body: bytes, status: int) -> None:
    headers = {**api.headers, "Content-Type": "application/json"}
    response = await api.http.post("/graphql", content=body, headers=headers)
    assert response.status_code == status
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "BAD_REQUEST"}
    assert len(error["message"]) > 20


@pytest.mark.parametrize(("length", "status"), [("x", 400), ("-1", 400), ("1e3", 400), ("", 200), (str(2**21), 413)])
async def test_content_length(api: Api, length: str, status: int) -> None:
    response = await api.post({"query": "{ viewer { id } }"}, **{"Content-Length": length})
    assert response.status_code == status


async def test_a_form_is_no_request(api: Api) -> None:
    response = await api.http.post("/graphql", data={"query": "{ viewer { id } }"}, headers=api.headers)
    assert response.status_code == 415


async def test_get_reads_and_never_changes(api: Api, viewer: Any) -> None:
    parameters = {
        "query": "query V($n: Int) { viewer { id } videos(first: $n) { nodes { id } } }",
        "variables": '{"n": 3}',
    }
    response = await api.http.get("/graphql", params=parameters, headers=api.headers)
    assert response.json() == {"data": {"viewer": {"id": str(viewer)}, "videos": {"nodes": []}}}
    mutation = 'mutation { completeVideoUpload(input: {videoId: "x"}) { __typename } }'
    response = await api.http.get("/graphql", params={"query": mutation}, headers=api.headers)
    assert response.status_code == 405
    assert response.json()["errors"][0]["message"] == "mutations are not allowed when using GET."


async def test_head_is_no_request(api: Api) -> None:
    parameters = {"query": "{ viewer { id } }"}
    assert (await api.http.head("/graphql", params=parameters, headers=api.headers)).status_code == 405


async def test_the_media_type_that_was_asked_for(api: Api) -> None:
    wrong = {"query": "{ nothing }"}
    old = await api.post(wrong, Accept="application/json")
    assert (old.status_code, old.headers["content-type"]) == (200, "application/json; charset=utf-8")
    new = await api.post(wrong, Accept="application/graphql-response+json, application/json;q=0.9")
    assert (new.status_code, new.headers["content-type"]) == (
        400,
        "application/graphql-response+json; charset=utf-8",
    )


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{", {}, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query A { viewer { id } } query B { viewer { id } }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query ($n: Int) { videos(first: $n) { nodes { id } } }", {"n": "x"}, "BAD_USER_INPUT"),
        ('{ video(id: "x") { id } }', {}, "BAD_USER_INPUT"),
    ],
)
async def test_every_error_has_a_code(api: Api, query: str, variables: dict[str, Any], code: str) -> None:
    error = await api.error(query, **variables)
    assert error["extensions"] == {"code": code}


async def test_a_fault_of_ours_is_masked_and_logged(
    api: Api, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("ALTER TABLE videos RENAME TO secrets")
    response = await api.post({"query": "{ videos { nodes { id } } }"})
    (error,) = response.json()["errors"]
    assert error["extensions"] == {
        "code": "INTERNAL_SERVER_ERROR",
        "requestId": response.headers["x-request-id"],
    }
    assert "videos" not in error["message"]
    assert response.headers["x-request-id"] in caplog.text
    assert "UndefinedTableError" in caplog.text


async def test_a_fault_before_execution_is_masked_and_logged(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def planned(_context: Context, _plan: Plan) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(Context, "planned", planned)
    response = await api.post({"query": "{ viewer { id } }"})
    assert response.status_code == 500
    (error,) = response.json()["errors"]
    assert error["extensions"] == {
        "code": "INTERNAL_SERVER_ERROR",
        "requestId": response.headers["x-request-id"],
    }
    assert "secret" not in response.text
    assert response.headers["x-request-id"] in caplog.text
    assert "a secret" in caplog.text


@pytest.mark.parametrize("levels", [150, 191])  # orjson writes the first
async def test_deep_answers(
    settings: Settings, database: Database, storage: Storage, library: Library, levels: int
) -> None:
    await library.processed_videos(1)  # with more than one job the answer would double every few levels
    names = ["videos", "nodes", *islice(cycle(["jobs", "nodes", "video"]), levels - 3), "__typename"]
    permissive = unlimited(settings)
    async with serving(permissive, database, storage) as api:
        query = "".join(f"{{ {name} " for name in names) + "}" * levels
        response = await api.signed_in(library.owner).post({"query": query}, **{"Accept-Encoding": "identity"})
    assert response.status_code == 200
    assert response.headers["content-length"] == str(len(response.content))
    found = response.json()["data"]
    for name in names:
        found = found[name] if isinstance(found, dict) else found[0][name]
    assert isinstance(found, str)


async def test_health(api: Api, database: Database) -> None:
    assert (await api.http.get("/healthz")).json() == {"status": "ok"}
    assert (await api.http.get("/readyz")).json()["database"] == {"status": "ok"}
    async with database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    response = await api.http.get("/readyz")
    assert response.status_code == 503
    assert "revision 0001" in response.json()["migrations"]["reason"]


async def test_a_header_that_came_twice_does_not_refuse_what_was_done(api: Api) -> None:
    create = 'mutation { createVideoUpload(input: {originalFilename: "a.mp4", contentType: "video/mp4", sizeBytes: 1}) '
    headers = [*api.headers.items(), ("X-Reelgraph-Cost", "1"), ("X-Reelgraph-Cost", "0")]
    answer = await api.http.post("/graphql", json={"query": f"{create} {{ __typename }} }}"}, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["data"]["createVideoUpload"]["__typename"] == "CreateVideoUploadSuccess"

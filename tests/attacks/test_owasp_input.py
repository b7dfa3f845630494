"""OWASP's GraphQL cheat sheet, "Common Attacks" and "Input Validation": injection of every kind.

https://cheatsheetseries.owasp.org/cheatsheets/GraphQL_Cheat_Sheet.html
"""

import asyncio
import json
import socket
import sys
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.attacks.conftest import Attacker, Victim
from tests.support.live import Live

SQL = [
    "' OR 1=1 --",
    "'; DROP TABLE videos; --",
    "') UNION SELECT transcript_text FROM video_metadata --",
    "\\'; SELECT pg_sleep(10); --",
    "$$; SELECT 1; $$",
    "%' OR uploader_user_id IS NOT NULL OR original_filename LIKE '%",
]
READ = """
query ($text: String!) {
  videos(filter: {search: $text}) { nodes { id } }
  searchTranscripts(query: $text) { nodes { passage } }
}
"""
ANNOUNCE = """
mutation ($input: CreateVideoUploadInput!) {
  createVideoUpload(input: $input) {
    ... on CreateVideoUploadSuccess { video { id originalFilename storagePath downloadUrl } upload { url method } }
    ... on InvalidInputError { issues { path } }
  }
}
"""
COMPLETE = """
mutation ($id: ID!) {
  completeVideoUpload(input: {videoId: $id}) { ... on CompleteVideoUploadSuccess { video { downloadUrl } } }
}
"""
METADATA = "http://169.254.169.254/latest/meta-data/"


def announced(name: str, kind: str = "video/mp4") -> dict[str, Any]:
    return {"originalFilename": name, "contentType": kind, "sizeBytes": 5}


@pytest.mark.usefixtures("victim")
@pytest.mark.parametrize("text", SQL)
async def test_sql_is_never_made_of_what_came(attacker: Attacker, text: str) -> None:
    async with attacker.api.statements() as statements:
        answer = await attacker.send(READ, text=text)
    assert answer["data"] == {"videos": {"nodes": []}, "searchTranscripts": {"nodes": []}}
    assert statements
    assert not any(text in statement for statement in statements)


async def test_file_names_are_no_paths_and_no_commands(attacker: Attacker) -> None:
    for name in ("../../../etc/passwd", "a; touch pwned", "$(touch pwned)", "`touch pwned`", "| sh", "con\\..\\x"):
        made = (await attacker.send(ANNOUNCE, input=announced(name)))["data"]["createVideoUpload"]
        assert made["video"]["originalFilename"] == name
        assert name not in made["video"]["storagePath"]
        assert ".." not in made["video"]["storagePath"]


async def test_no_address_that_came_is_asked(attacker: Attacker, victim: Victim) -> None:
    """Server-side request forgery: nothing in the contract is fetched by the server."""
    asked: list[Any] = []
    watching = True

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "socket.connect" and arguments[0].family != socket.AF_UNIX:
            asked.append(arguments[1])
        if watching and event == "socket.getaddrinfo":
            asked.append(arguments[0])

    sys.addaudithook(watch)
    try:
        await attacker.send(ANNOUNCE, input=announced(METADATA, METADATA))
        await attacker.send(READ, text=METADATA)
        await attacker.send("query ($id: ID!) { node(id: $id) { id } }", id=METADATA)
        change = "mutation ($input: UpdateVideoMetadataInput!) { updateVideoMetadata(input: $input) { __typename } }"
        sent = {"metadataId": victim.metadata, "expectedVersion": 1, "description": METADATA, "tags": [METADATA]}
        await attacker.send(change, input=sent)
    finally:
        watching = False
    assert asked == []


async def test_headers_are_not_split(attacker: Attacker) -> None:
    """CRLF injection: a name goes into a header when the file is downloaded."""
    made = (await attacker.send(ANNOUNCE, input=announced('a"\r\nX-Evil: 1\r\n\r\n<script>.mp4')))["data"]
    created = made["createVideoUpload"]
    if "issues" in created:
        assert created["issues"][0]["path"][-1] == "originalFilename"
        return
    path = urlsplit(created["upload"]["url"]).path
    sent = await attacker.api.http.put(path, content=b"12345", headers={"Content-Type": "video/mp4"})
    assert sent.status_code == 201
    completed = (await attacker.api.data(COMPLETE, id=created["video"]["id"]))["completeVideoUpload"]
    fetched = await attacker.api.http.get(urlsplit(completed["video"]["downloadUrl"]).path)
    assert fetched.status_code == 200
    assert "x-evil" not in fetched.headers
    assert "\n" not in fetched.headers["content-disposition"]


async def test_requests_are_not_smuggled(live: Live, attacker: Attacker) -> None:
    """Two lengths in one request: it is refused, and what hides in it is not answered."""
    body = json.dumps({"query": "{ __typename }"}).encode()
    hidden = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
        len(body),
        body,
    )
    token = attacker.api.headers["Authorization"].encode()
    for lengths in (b"Content-Length: 4\r\nTransfer-Encoding: chunked", b"Content-Length: 4\r\nContent-Length: 5"):
        request = b"POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: %b\r\n%b\r\n\r\n0\r\n\r\n%b"
        answers = await raw(live.url, request % (token, lengths, hidden))
        assert answers.count(b"HTTP/1.1 ") == 1, answers
        assert answers.startswith(b"HTTP/1.1 400"), answers


async def raw(url: str, request: bytes) -> bytes:
    """All that a server answers to some bytes until it closes the connection."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(request)
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_what_is_not_allowed_is_refused_by_its_type(attacker: Attacker) -> None:
    """Allow lists: scalars, enums and inputs say what they take, and the error says what came."""
    refused = [
        "{ videos(first: 1.5) { nodes { id } } }",
        '{ videos(first: "1") { nodes { id } } }',
        "{ videos(orderBy: PASSWORD) { nodes { id } } }",
        "{ videos(filter: {password: true}) { nodes { id } } }",
        '{ videos(filter: {createdAt: {from: "yesterday"}}) { nodes { id } } }',
        "{ videos(filter: {sizeBytes: 1}) { nodes { id } } }",
    ]
    for query in refused:
        answer = await attacker.send(query)
        assert "data" not in answer, query
        assert answer["errors"][0]["extensions"]["code"] in {"GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"}
    values: list[Any] = [1.5, "1", [], {}, 2**31, True]
    for value in values:
        answer = await attacker.send("query ($n: Int) { videos(first: $n) { nodes { id } } }", n=value)
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT", value


async def test_inputs_of_mutations_are_checked_whole(attacker: Attacker) -> None:
    made = await attacker.send(ANNOUNCE, input={"originalFilename": "", "contentType": "x", "sizeBytes": -1})
    paths = {issue["path"][-1] for issue in made["data"]["createVideoUpload"]["issues"]}
    assert paths == {"originalFilename", "contentType", "sizeBytes"}


async def test_a_body_that_is_no_request_is_an_error_and_nothing_else(attacker: Attacker) -> None:
    async def send(body: bytes) -> httpx.Response:
        headers = attacker.api.headers | {"Content-Type": "application/json"}
        return await attacker.cheaply(lambda: attacker.api.http.post("/graphql", content=body, headers=headers))

    for body in (b"", b"null", b"5", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"query": "' + b"{" * 100_000 + b'"}'):
        answer = await send(body)
        assert 400 <= answer.status_code < 500 or "data" not in answer.json(), body[:20]
        assert answer.json()["errors"][0]["extensions"]["code"]

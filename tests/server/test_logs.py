"""What is logged of operations, and what never is."""

import asyncio
import gc
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from database.engine import Database
from database.video_job import ProcessingStatus
from schema.context import Context
from server.settings import Settings
from server.telemetry.telemetry import Telemetry
from services.storage import Storage
from tests.support.api import Api, serving
from tests.support.library import Library
from tests.support.live import events, eventually, running_live, touch
from tests.support.log import Log, logging_to_memory
from tests.support.websocket import connected

SECRET = "pa55-w0rd-of-mine"
FOLLOW = "subscription Follow { videoJobEvents { job { id attempt } } }"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"log_format": "json", "log_operations": "all"})


@pytest.fixture
def log(settings: Settings) -> Iterator[Log]:
    with logging_to_memory(settings) as log:
        yield log


@pytest.fixture
async def api(settings: Settings, database: Database, storage: Storage, viewer: UUID, log: Log) -> AsyncIterator[Api]:
    async with serving(settings, database, storage, Telemetry(settings, log.lines)) as api:
        yield api.signed_in(viewer)


async def test_an_operation_leaves_one_line(api: Api, library: Library, viewer: UUID, log: Log) -> None:
    await library.processed_videos(1)
    query = "query Mine { videos { nodes { id jobs { nodes { id } } } } }"
    headers = {"GraphQL-Client-Name": "web", "GraphQL-Client-Version": "1.2"}
    response = await api.post({"query": query}, **headers)
    (line,) = log.operations()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line.pop("timestamp"))
    assert 0 < line.pop("milliseconds") < 60_000
    assert re.fullmatch("[0-9a-f]{16}", line.pop("document"))
    assert line == {
        "event": "operation",
        "level": "info",
        "logger": "server.operations",
        "request_id": response.headers["x-request-id"],
        "transport": "http",
        "operation": "Mine",
        "type": "query",
        "client": "web",
        "client_version": "1.2",
        "viewer": viewer.hex,
        "statements": 2,
        "status": 200,
        "outcome": "ok",
    }


async def test_statements_of_mutations_are_counted_too(api: Api, library: Library, log: Log) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    async with api.statements() as statements:
        await api.data(f'mutation {{ cancelVideoJob(jobId: "job_{job.id.hex}") {{ __typename }} }}')
    (line,) = log.operations()
    assert line["type"] == "mutation"
    assert line["statements"] == len([sql for sql in statements if sql not in {"BEGIN;", "COMMIT;"}]) > 1


ENDS: list[tuple[dict[str, Any], dict[str, str], str, list[str] | None]] = [
    ({"query": "{ __typename }"}, {}, "ok", None),
    ({"query": "{"}, {}, "refused", ["GRAPHQL_PARSE_FAILED"]),
    ({"query": "{ nothing }"}, {}, "refused", ["GRAPHQL_VALIDATION_FAILED"]),
    ({"query": 5}, {}, "refused", ["BAD_REQUEST"]),
    ({"query": '{ video(id: "x") { id } }'}, {}, "errors", ["BAD_USER_INPUT"]),
    ({"query": "{ __typename }"}, {"Authorization": "Bearer x"}, "refused", ["UNAUTHENTICATED"]),
]


async def test_a_line_says_how_it_ended(api: Api, log: Log) -> None:
    for body, headers, outcome, codes in ENDS:
        response = await api.post(body, **headers)
        line = log.operations()[-1]
        assert (line["outcome"], line.get("codes"), line["status"]) == (outcome, codes, response.status_code)
    assert len(log.operations()) == len(ENDS)


async def test_nothing_that_a_client_sent_is_logged(
    api: Api, database: Database, library: Library, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    job = await library.job(await library.video(original_filename=SECRET))
    metadata = await library.metadata(job)
    edit = (
        "mutation ($input: UpdateVideoMetadataInput!) { updateVideoMetadata(input: $input) { __typename } }",
        {"input": {"metadataId": f"metadata_{metadata.id.hex}", "title": SECRET}},
    )
    failing = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
    failing += "$$ BEGIN RAISE EXCEPTION 'no % here', NEW.title USING DETAIL = NEW.title; END $$"
    async with database.transaction() as session:
        await session.execute(text(failing))
        await session.execute(
            text("CREATE TRIGGER t BEFORE UPDATE ON video_metadata FOR EACH ROW EXECUTE FUNCTION refuse()")
        )
    sent: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({"query": edit[0], "variables": edit[1]}, {}),  # PostgreSQL's error has it, and its detail
        ({"query": f'{{ video(id: "{SECRET}") {{ id }} }}'}, {}),
        ({"query": "query ($id: ID!) { video(id: $id) { id } }", "variables": {"id": SECRET}}, {}),
        ({"query": "query ($id: Int) { __typename }", "variables": {"id": SECRET}}, {}),
        ({"query": f"{{ __typename # {SECRET}\n }}"}, {}),
        ({"query": "{ __typename }", "operationName": SECRET}, {}),
        ({"query": "{ __typename }"}, {"Authorization": f"Bearer {SECRET}", "Cookie": SECRET}),
    ]
    for body, headers in sent:
        await api.post(body, **headers)
    await api.http.get("/graphql", params={"query": f"{{ {SECRET}"}, headers=api.headers)

    def planned(_context: Context, _plan: Any) -> None:
        raise KeyError(SECRET) from ExceptionGroup(SECRET, [ValueError(SECRET)])

    monkeypatch.setattr(Context, "planned", planned)
    assert (await api.post({"query": "{ viewer { id } }"})).status_code == 500
    assert len(log.operations()) == len(sent) + 2
    assert SECRET not in log.text
    assert api.headers["Authorization"].removeprefix("Bearer ") not in log.text
    failures = [entry["exception"] for entry in log.entries if "exception" in entry]
    assert any("RaiseError" in failure and "P0001" in failure for failure in failures), "what happened is told"
    assert any("KeyError" in failure and "in planned" in failure for failure in failures), "and where"


async def test_errors_among_what_is_logged_lose_their_values_too(database: Database, log: Log) -> None:
    logger = logging.getLogger("server.somewhere")
    try:
        async with database.transaction() as session:
            await session.execute(text("SELECT CAST(:value AS integer) + 1"), {"value": SECRET})
    except DBAPIError as error:
        assert SECRET in str(error), "it would be logged otherwise"  # noqa: PT017  more is done with it
        logger.warning("this did not work: %s", error)
        logger.exception("nor did this")
    first, second = log.entries
    assert first["event"].startswith("this did not work: sqlalchemy.exc.DBAPIError")
    assert "asyncpg.exceptions.DataError" in second["exception"]
    assert SECRET not in log.text


async def test_what_nobody_waited_for_is_logged_without_its_values(log: Log) -> None:
    async def fail() -> None:
        raise ValueError(SECRET)

    task = asyncio.create_task(fail())
    await asyncio.wait({task})
    del task
    gc.collect()
    (entry,) = log.entries
    assert entry["event"] == "Task exception was never retrieved"
    assert "ValueError" in entry["exception"]
    assert SECRET not in log.text


async def test_development_shows_messages(settings: Settings) -> None:
    with logging_to_memory(settings.model_copy(update={"environment": "development"})) as log:
        logging.getLogger("server").error("oh: %s", KeyError("what"))
    assert "KeyError: 'what'" in log.entries[0]["event"]


@pytest.mark.parametrize("log_format", ["json", "console"])
async def test_names_can_not_forge_lines(
    settings: Settings, database: Database, storage: Storage, viewer: UUID, log_format: str
) -> None:
    settings = settings.model_copy(update={"log_format": log_format})
    forged = 'web\r\n{"event":"forged"}\x1b[31m\x85\u2028\x00'
    with logging_to_memory(settings) as log:
        async with serving(settings, database, storage, Telemetry(settings, log.lines)) as api:
            headers = {**api.signed_in(viewer).headers, "GraphQL-Client-Version": "1"}
            body = json.dumps({"query": "{ __typename }"}).encode()
            raw = [(b"graphql-client-name", forged.encode()), (b"content-type", b"application/json")]
            raw += [(name.encode(), value.encode()) for name, value in headers.items()]
            await api.http.post("/graphql", content=body, headers=raw)
        logging.getLogger("server").warning("a client is called %s", forged)
    assert log.text.count("\n") == 2
    assert all(one.isprintable() or one == "\n" for one in log.text)
    assert "forged" in log.text


async def test_a_good_request_id_is_kept_and_a_bad_one_replaced(api: Api, log: Log) -> None:
    for given in ("abc-1.2_3:4/5", "x" * 128, "", "x" * 129, "a b", 'a"b', "a\tb", "a;b", "a\x7f"):
        response = await api.post({"query": "{ __typename }"}, **{"X-Request-Id": given})
        told = log.operations()[-1]["request_id"]
        assert response.headers["x-request-id"] == told
        assert (told == given) is (given in {"abc-1.2_3:4/5", "x" * 128})


async def test_lines_name_the_trace_they_are_part_of(api: Api, log: Log) -> None:
    for traceparent, trace_id in {
        f"00-{'a' * 32}-{'b' * 16}-01": "a" * 32,
        f"00-{'0' * 32}-{'b' * 16}-01": None,
        f"00-{'a' * 32}-{'0' * 16}-01": None,
        f"00-{'a' * 33}-{'b' * 16}-01": None,
        f"00-{'A' * 32}-{'b' * 16}-01": None,
    }.items():
        await api.post({"query": "{ __typename }"}, traceparent=traceparent)
        assert log.operations()[-1].get("trace_id") == trace_id


@pytest.mark.parametrize(
    ("log_operations", "slow", "logged"),
    [("notable", 60, ["refused"]), ("notable", 1e-9, ["ok", "refused"]), ("off", 1e-9, []), (None, 60, ["refused"])],
)
async def test_lines_are_of_what_is_wanted(  # noqa: PLR0917  fixtures
    settings: Settings,
    database: Database,
    storage: Storage,
    viewer: UUID,
    log_operations: str | None,
    slow: float,
    logged: list[str],
) -> None:
    settings = settings.model_copy(update={"log_operations": log_operations, "slow_operation_seconds": slow})
    with logging_to_memory(settings) as log:
        async with serving(settings, database, storage, Telemetry(settings, log.lines)) as api:
            await api.signed_in(viewer).post({"query": "{ __typename }"})
            await api.signed_in(viewer).post({"query": "{ nothing }"})
    assert [line["outcome"] for line in log.operations()] == logged


async def test_subscriptions_leave_a_line_when_they_begin_and_when_they_end(  # noqa: PLR0917  fixtures
    settings: Settings, database: Database, storage: Storage, library: Library, log: Log, viewer: UUID
) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PROCESSING)
    async with running_live(settings, database, storage, Telemetry(settings, log.lines)) as live:
        async with httpx.AsyncClient() as http:
            headers = Api(http, settings.secret, database, live.usage).signed_in(viewer).headers
        async with events(live.url, headers, FOLLOW) as answers, connected(live.url) as socket:
            await socket.init(headers | {"Secret": SECRET})
            await socket.subscribe("1", FOLLOW)
            await live.followed(viewer, 2)
            for _ in range(2):
                await touch(database, job.id)
                await anext(answers)
                await socket.receive()
            await socket.send("subscribe", id="2", payload={"query": "{ nothing }"})
            await socket.receive()
        await live.deserted()
        await eventually(lambda: len(log.operations()) == 5)
    told = {(line["transport"], line["event"], line.get("events")) for line in log.operations()}
    assert told == {
        ("sse", "subscription began", None),
        ("sse", "subscription ended", 2),
        ("websocket", "subscription began", None),
        ("websocket", "subscription ended", 2),
        ("websocket", "operation", None),
    }
    assert {line.get("stream_end") for line in log.operations() if line["event"] == "subscription ended"} == {"left"}
    assert SECRET not in log.text


async def test_nothing_is_logged_of_frames_and_headers_for_debugging(
    settings: Settings, database: Database, storage: Storage, api: Api
) -> None:
    detailed = settings.model_copy(update={"log_level": "debug", "environment": "production"})
    with logging_to_memory(detailed) as log:
        async with running_live(settings, database, storage) as live:
            headers = {"Authorization": api.headers["Authorization"]}
            async with connected(live.url, additional_headers=headers) as socket:
                await socket.init()
                await socket.subscribe("1", "query ($id: ID!) { node(id: $id) { id } }", id=SECRET)
                await socket.receive()
    assert SECRET not in log.text
    assert api.headers["Authorization"].split()[1] not in log.text

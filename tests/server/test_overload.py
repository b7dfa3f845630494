"""More than can be done, and a database that is away: operations are refused whole, and told what became of them."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import httpx
import pytest

from database.engine import Database
from server.admission import Admission
from server.negotiation import RESPONSE_JSON
from server.refusals import OverloadedError
from server.settings import Settings
from services.storage import Storage
from tests.support.api import Api, serving
from tests.support.library import Library
from tests.support.live import PATIENCE, Live, events, eventually, running_live
from tests.support.websocket import connected

COUNT = "{ viewer { videoCount } videos { nodes { id } } }"
CREATE = """mutation ($key: String) {
  createVideoUpload(input: {originalFilename: "a.mp4", contentType: "video/mp4", sizeBytes: 1, idempotencyKey: $key}) {
    ... on CreateVideoUploadSuccess { video { id } }
  }
}"""
CREATE_AND_DELETE = """mutation ($id: ID!) {
  createVideoUpload(input: {originalFilename: "a.mp4", contentType: "video/mp4", sizeBytes: 1}) { __typename }
  deleteVideo(videoId: $id) { __typename }
}"""
FOLLOW = "subscription { videoJobEvents { cursor } }"
NOTHING_DONE, MAY_BE_DONE = "Nothing was done", "idempotencyKey"
WAIT = 0.3

# Makes a COMMIT take so long that somebody can end it.
SLOW_COMMITS = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON videos DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION slow();
"""
# Ends whoever does something in this database, but not us.
END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = $1"


@pytest.fixture
async def small(database_url: str) -> AsyncIterator[Database]:
    """The database behind one connection, for which nobody waits long."""
    database = Database(database_url, pool_size=1, pool_timeout=WAIT)
    yield database
    await database.close()


@pytest.fixture
async def narrow(settings: Settings, small: Database, storage: Storage, api: Api) -> AsyncIterator[Live]:
    """A server on it, where one operation runs at a time and one waits."""
    assert api.headers
    narrow = settings.model_copy(
        update={
            "environment": "development",
            "max_concurrent_operations": 1,
            "max_waiting_operations": 1,
            "database_pool_timeout_seconds": 2.0,
        }
    )
    async with running_live(narrow, small, storage) as live:
        yield live


@asynccontextmanager
async def another(database: Database) -> AsyncIterator[Any]:
    """A connection that is none of the pool's."""
    connection = await asyncpg.connect(database.dsn)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def blocked(database: Database) -> AsyncIterator[Any]:
    """Whoever reads videos waits while the block runs."""
    async with another(database) as connection, connection.transaction():
        await connection.execute("LOCK TABLE videos IN ACCESS EXCLUSIVE MODE")
        yield connection


async def end_whoever_waits(database: Database, event: str) -> None:
    """Close the connection of who waits for that in the database, as soon as somebody does."""
    async with another(database) as connection, asyncio.timeout(10):
        while not await connection.fetch(END, event):
            await asyncio.sleep(0.01)


def assert_refused(response: httpx.Response, code: str, done: str) -> None:
    assert response.status_code == 503, response.text
    (error,) = response.json().pop("errors")
    assert response.json().keys() == {"errors"}
    seconds = error["extensions"]["retryAfterSeconds"]
    assert error["extensions"] == {"code": code, "retryAfterSeconds": seconds}
    assert response.headers["retry-after"] == str(seconds)
    assert done in error["message"]


async def waiting(task: "asyncio.Task[Any]", admission: Admission, count: int) -> None:
    """Return when so many stand in line, a task among them."""
    await eventually(lambda: admission.waiting == count)
    assert not task.done()


@pytest.mark.parametrize("executor", ["compiled", "reference"])
@pytest.mark.parametrize("operation", [COUNT, CREATE])
async def test_who_gets_no_connection_in_time_is_refused_whole(
    settings: Settings, small: Database, storage: Storage, api: Api, *, operation: str, executor: str
) -> None:
    async with serving(settings.model_copy(update={"executor": executor}), small, storage) as busy:
        async with small.transaction():
            started = time.monotonic()
            response = await busy.http.post("/graphql", json={"query": operation}, headers=api.headers)
            # Not once for each field, nor again by graphql-core.
            assert time.monotonic() - started < 2 * WAIT
        assert_refused(response, "OVERLOADED", NOTHING_DONE)
        assert (await busy.http.post("/graphql", json={"query": COUNT}, headers=api.headers)).json() == {
            "data": {"viewer": {"videoCount": 0}, "videos": {"nodes": []}}
        }


async def test_a_database_that_is_away_is_no_fault_of_ours(
    settings: Settings, storage: Storage, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = Database("postgresql://reelgraph@/reelgraph?host=/nonexistent", pool_timeout=WAIT)
    async with serving(settings, nowhere, storage) as away:
        for operation in (COUNT, CREATE, "{ videoJobEventsCursor }"):
            response = await away.http.post("/graphql", json={"query": operation}, headers=api.headers)
            assert_refused(response, "UNAVAILABLE", NOTHING_DONE)
        by_id = {"documentId": f"sha256:{'0' * 64}"}
        assert_refused(await away.http.post("/graphql", json=by_id, headers=api.headers), "UNAVAILABLE", NOTHING_DONE)
        live = api.headers | {"Accept": "text/event-stream"}
        refused = await away.http.post("/graphql", json={"query": FOLLOW}, headers=live)
        assert_refused(refused, "UNAVAILABLE", NOTHING_DONE)
        assert (await away.http.get("/readyz")).status_code == 503
        assert (await away.http.get("/healthz")).status_code == 200
    await nowhere.close()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_who_can_tell_neither_yes_nor_no_says_so(api: Api, database: Database) -> None:
    async with another(database) as connection:
        await connection.execute(SLOW_COMMITS)
    creating = asyncio.create_task(api.post({"query": CREATE, "variables": {"key": "once"}}))
    await end_whoever_waits(database, "PgSleep")
    assert_refused(await creating, "UNAVAILABLE", MAY_BE_DONE)
    async with another(database) as connection:
        await connection.execute("DROP TRIGGER slow ON videos")
    again = await api.data(CREATE, key="once")
    assert await api.data("{ videos { nodes { id } } }") == {"videos": {"nodes": [again["createVideoUpload"]["video"]]}}


async def test_what_was_done_before_the_database_went_away_is_not_denied(
    api: Api, database: Database, library: Library
) -> None:
    video = await library.video()
    async with another(database) as connection, connection.transaction():
        await connection.execute("SELECT FROM videos WHERE id = $1 FOR UPDATE", video.id)
        variables = {"id": f"video_{video.id.hex}"}
        asked = asyncio.create_task(api.post({"query": CREATE_AND_DELETE, "variables": variables}))
        await end_whoever_waits(database, "transactionid")
        assert_refused(await asked, "UNAVAILABLE", MAY_BE_DONE)
    assert await api.data("{ viewer { videoCount } }") == {"viewer": {"videoCount": 2}}


async def test_a_query_that_loses_its_connection_is_answered_on_another(api: Api, database: Database) -> None:
    async with blocked(database):
        asked = asyncio.create_task(api.data(COUNT))
        await end_whoever_waits(database, "relation")
    assert await asked == {"viewer": {"videoCount": 0}, "videos": {"nodes": []}}


async def test_every_stream_tells_of_it_too(narrow: Live, api: Api, small: Database) -> None:
    async with small.transaction(), connected(narrow.url) as socket:
        await socket.init(api.headers)
        await socket.subscribe("1", COUNT)
        refused = await socket.receive()
        assert (refused["id"], refused["type"]) == ("1", "error")
        assert refused["payload"][0]["extensions"]["code"] == "OVERLOADED"
        async with events(narrow.url, api.headers, COUNT) as answers:
            (answer,) = [one async for one in answers]
        assert answer["errors"][0]["extensions"]["code"] == "OVERLOADED"
    async with events(narrow.url, api.headers, COUNT) as answers:
        assert [one["data"]["viewer"] async for one in answers] == [{"videoCount": 0}]


async def test_who_finds_the_line_full_is_refused_at_once_and_the_others_are_served(
    narrow: Live, api: Api, small: Database
) -> None:
    async with httpx.AsyncClient(base_url=narrow.url) as http:

        async def ask() -> httpx.Response:
            return await http.post("/graphql", json={"query": COUNT}, headers=api.headers)

        async with blocked(small):
            first = asyncio.create_task(ask())
            await eventually(lambda: narrow.admission.running == 1)
            second = asyncio.create_task(ask())
            await waiting(second, narrow.admission, 1)
            # Nobody asks who it is, nor what for.
            assert_refused(await http.post("/graphql", content=b"["), "OVERLOADED", NOTHING_DONE)
            async with connected(narrow.url) as socket:
                await socket.init(api.headers)
                await socket.subscribe("1", COUNT)
                assert (await socket.receive())["payload"][0]["extensions"]["code"] == "OVERLOADED"
            for path in ("/healthz", "/metrics"):
                assert (await http.get(path)).status_code == 200
            assert not second.done()
        for answer in (await first, await second):
            assert answer.json() == {"data": {"viewer": {"videoCount": 0}, "videos": {"nodes": []}}}
        assert (narrow.admission.running, narrow.admission.waiting) == (0, 0)


async def test_a_refusal_is_what_an_answer_would_be(narrow: Live, api: Api, small: Database) -> None:
    admission, origin = narrow.admission, "http://localhost:5173"
    async with httpx.AsyncClient(base_url=narrow.url, headers=api.headers) as http, blocked(small):
        tasks = [asyncio.create_task(http.post("/graphql", json={"query": COUNT})) for _ in range(2)]
        await eventually(lambda: admission.waiting == 1)
        for sent, name, value in (
            ({"Accept": "*/*"}, "content-type", "application/json; charset=utf-8"),
            ({"Accept": RESPONSE_JSON}, "content-type", f"{RESPONSE_JSON}; charset=utf-8"),
            ({"Connection": "close"}, "connection", "close"),
            ({"Origin": origin}, "access-control-allow-origin", origin),
        ):
            refused = await http.post("/graphql", json={"query": COUNT + " " * 200_000}, headers=sent)
            assert_refused(refused, "OVERLOADED", NOTHING_DONE)
            assert refused.headers[name] == value
            assert refused.headers["x-request-id"]
            assert refused.headers["date"]
        # An operation in the address is one, too; the page is none.
        assert_refused(await http.get("/graphql", params={"query": COUNT}), "OVERLOADED", NOTHING_DONE)
        assert admission.refused == 5
        assert not any(task.done() for task in tasks)
    await asyncio.wait(tasks)


async def test_a_client_that_leaves_the_line_leaves_no_gap(narrow: Live, api: Api, small: Database) -> None:
    async with httpx.AsyncClient(base_url=narrow.url) as http, connected(narrow.url) as socket:
        await socket.init(api.headers)
        async with blocked(small):
            first = asyncio.create_task(http.post("/graphql", json={"query": COUNT}, headers=api.headers))
            await eventually(lambda: narrow.admission.running == 1)
            await socket.subscribe("1", COUNT)
            await eventually(lambda: narrow.admission.waiting == 1)
            await socket.send("complete", id="1")
            await eventually(lambda: narrow.admission.waiting == 0)
        assert (await first).status_code == 200
        await eventually(lambda: narrow.admission.running == 0)


async def test_nobody_stands_in_line_for_longer_than_is_promised() -> None:
    admission = Admission(most_running=1, most_waiting=5, longest_wait=0.1)
    async with admission:
        results = await asyncio.gather(*(admission.__aenter__() for _ in range(5)), return_exceptions=True)
        assert [type(result) for result in results] == [OverloadedError] * 5
        assert admission.waiting == 0
    async with asyncio.timeout(1), admission:
        assert admission.running == 1
    assert (admission.running, admission.refused) == (0, 5)


async def fill(admission: Admission) -> None:
    """Leave no room, as if all places were taken and the line full."""
    while not admission._places.locked():
        await admission._places.acquire()
    admission.waiting = admission._most_waiting


async def test_refusals_of_one_connection_come_in_turn_however_many(live: Live) -> None:
    await fill(live.admission)
    count = 600
    reader, writer = await asyncio.open_connection("127.0.0.1", int(live.url.rpartition(":")[2]))
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + b"POST /graphql HTTP/1.1\r\nHost: x\r\n\r\n" * count)
    got = b""
    async with asyncio.timeout(PATIENCE):
        while got.count(b"HTTP/1.1 503 ") < count:
            got += await reader.read(65536)
    assert got.startswith(b"HTTP/1.1 200 ")
    writer.close()
    live.admission.waiting = 0


async def test_refusals_that_nobody_reads_are_not_kept(live: Live) -> None:
    await fill(live.admission)
    _, writer = await asyncio.open_connection("127.0.0.1", int(live.url.rpartition(":")[2]), limit=1024)
    writer.transport.pause_reading()  # type: ignore[attr-defined]  # a socket's
    with suppress(TimeoutError):
        async with asyncio.timeout(1):
            while True:
                writer.write(b"POST /graphql HTTP/1.1\r\nHost: x\r\n\r\n" * 500)
                await writer.drain()
    (connection,) = live.server.server_state.connections
    assert connection.transport.get_write_buffer_size() < 1_000_000
    writer.transport.abort()
    live.admission.waiting = 0


async def test_what_was_not_let_in_is_not_paid_for(
    settings: Settings, database: Database, storage: Storage, api: Api
) -> None:
    poor = settings.model_copy(
        update={"cost_per_minute": 60, "max_concurrent_operations": 1, "database_pool_timeout_seconds": 0.1}
    )
    async with running_live(poor, database, storage) as live, httpx.AsyncClient(headers=api.headers) as http:
        await live.admission._places.acquire()
        for _ in range(3):
            assert (await http.post(f"{live.url}/graphql", json={"query": COUNT})).status_code == 503
        live.admission._places.release()
        assert (await http.post(f"{live.url}/graphql", json={"query": COUNT})).status_code == 200
        assert (await http.post(f"{live.url}/graphql", json={"query": COUNT})).status_code == 429


async def test_documents_are_looked_up_by_who_was_let_in(narrow: Live, api: Api, small: Database) -> None:
    await narrow.admission._places.acquire()
    async with httpx.AsyncClient(headers=api.headers) as http:
        asked = [http.post(f"{narrow.url}/graphql", json={"documentId": f"sha256:{n:064x}"}) for n in range(5)]
        answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} == {503}
    assert small.parking.waits == 0
    narrow.admission._places.release()

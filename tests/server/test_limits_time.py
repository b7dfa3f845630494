"""What takes too long is ended, down to its statement in PostgreSQL; so is what a client asked for that has left."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import asyncpg
import httpx
import pytest

from database.engine import Database
from database.video_job import ProcessingStatus
from server.settings import Settings
from services.storage import Storage
from tests.support.api import Api
from tests.support.library import Library
from tests.support.live import PATIENCE, Live, events, running_live, touch
from tests.support.websocket import connected

SECONDS = 0.4
VIDEOS = "{ videos { totalCount } }"
RETRY = "mutation($job: ID!, $key: String) { retryVideoJob(jobId: $job, idempotencyKey: $key) { __typename } }"
RETRIED = {"data": {"retryVideoJob": {"__typename": "RetryVideoJobSuccess"}}}
# Statements of the application that run, or wait for a lock, and transactions that nobody ends.
BUSY = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
    AND application_name <> 'test'
"""
# A commit that takes as long as is said; deferred constraints are looked at then.
SLOW_COMMIT = """
    CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep({seconds}); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER slowly AFTER INSERT ON video_jobs DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION slowly()
"""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """With one connection: if it is lost, the next operation tells."""
    database = Database(database_url, pool_size=1)
    yield database
    await database.close()


@pytest.fixture
async def administrator(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.dsn, server_settings={"application_name": "test"})
    yield connection
    await connection.close()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"operation_timeout_seconds": SECONDS})


@pytest.fixture
async def patient(settings: Settings, database: Database, storage: Storage) -> AsyncIterator[Live]:
    """A server whose operations may take long."""
    long = settings.model_copy(update={"operation_timeout_seconds": 60})
    async with running_live(long, database, storage) as live:
        yield live


@asynccontextmanager
async def locked(administrator: asyncpg.Connection, table: str) -> AsyncIterator[None]:
    """Nobody else can read or write a table while the block runs."""
    async with administrator.transaction():
        await administrator.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


async def busy(administrator: asyncpg.Connection, count: int) -> None:
    """Return when so many statements run."""
    async with asyncio.timeout(PATIENCE):
        while await administrator.fetchval(BUSY) != count:
            await asyncio.sleep(0.01)
            await administrator.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees it as it was at first


async def post(live: Live, api: Api, query: str, **variables: Any) -> httpx.Response:
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        body = {"query": query, "variables": variables}
        return await http.post(f"{live.url}/graphql", json=body, headers=api.headers)


async def failed_job(library: Library) -> str:
    job = await library.job(await library.video(), ProcessingStatus.FAILED)
    return f"job_{job.id.hex}"


def the_error(response: httpx.Response) -> str:
    assert response.status_code == 504
    ((error,),) = response.json().values()  # without `data`
    assert error["extensions"] == {"code": "TIMEOUT"}
    message: str = error["message"]
    assert "longer than 0.4 seconds" in message
    assert "REELGRAPH_OPERATION_TIMEOUT_SECONDS" in message
    return message


async def test_a_query_that_takes_too_long_is_ended_with_its_statement(
    live: Live, api: Api, administrator: asyncpg.Connection
) -> None:
    async with locked(administrator, "videos"):
        waiting = asyncio.create_task(post(live, api, VIDEOS))
        await busy(administrator, 1)
        the_error(await waiting)
        await busy(administrator, 0)
    assert (await post(live, api, VIDEOS)).json() == {"data": {"videos": {"totalCount": 0}}}


async def test_a_mutation_that_takes_too_long_is_undone_and_can_be_sent_again(
    live: Live, api: Api, administrator: asyncpg.Connection, library: Library
) -> None:
    job = await failed_job(library)
    async with locked(administrator, "video_jobs"):
        message = the_error(await post(live, api, RETRY, job=job, key="once"))
        assert "may or may not have been applied" in message
        assert "same idempotencyKey" in message
        await busy(administrator, 0)
    for _ in range(2):
        assert (await post(live, api, RETRY, job=job, key="once")).json() == RETRIED
    assert await administrator.fetchval("SELECT count(*) FROM video_jobs") == 2


async def test_a_commit_that_has_begun_is_brought_to_its_end(
    live: Live, api: Api, administrator: asyncpg.Connection, library: Library
) -> None:
    job = await failed_job(library)
    await administrator.execute(SLOW_COMMIT.format(seconds=1.5))
    the_error(await post(live, api, RETRY, job=job, key="once"))
    await busy(administrator, 1)  # it is answered before
    await busy(administrator, 0)
    assert await administrator.fetchval("SELECT count(*) FROM pg_locks WHERE relation = 'video_jobs'::regclass") == 0
    for _ in range(2):
        assert (await post(live, api, RETRY, job=job, key="once")).json() == RETRIED
    assert await administrator.fetchval("SELECT count(*) FROM video_jobs") == 2


async def test_no_connection_is_lost_however_late_a_mutation_is_ended(
    live: Live, api: Api, administrator: asyncpg.Connection, library: Library
) -> None:
    await administrator.execute(SLOW_COMMIT.format(seconds=SECONDS - 0.02))
    jobs = [await failed_job(library) for _ in range(4)]
    statuses = [(await post(live, api, RETRY, job=job, key=job)).status_code for job in jobs]
    assert set(statuses) <= {200, 504}
    await administrator.execute("DROP TRIGGER slowly ON video_jobs")
    for job in jobs:
        assert (await post(live, api, RETRY, job=job, key=job)).json() == RETRIED
    assert await administrator.fetchval("SELECT count(*) FROM video_jobs") == 2 * len(jobs)
    await busy(administrator, 0)


async def test_a_query_whose_client_leaves_is_ended(patient: Live, api: Api, administrator: asyncpg.Connection) -> None:
    async with locked(administrator, "videos"):
        await left_after(patient, api, VIDEOS, administrator)
        await busy(administrator, 0)
    assert (await post(patient, api, VIDEOS)).json()["data"]


async def test_a_mutation_whose_client_leaves_is_done(
    patient: Live, api: Api, administrator: asyncpg.Connection, library: Library
) -> None:
    job = await failed_job(library)
    async with locked(administrator, "video_jobs"):
        await left_after(patient, api, RETRY, administrator, job=job)
        await asyncio.sleep(0.1)  # nothing happens, so there is nothing to wait for
        await busy(administrator, 1)
    await busy(administrator, 0)
    assert await administrator.fetchval("SELECT count(*) FROM video_jobs") == 2


async def left_after(live: Live, api: Api, query: str, administrator: asyncpg.Connection, **variables: Any) -> None:
    """Ask for an operation, and leave as soon as its statement waits."""
    address = httpx.URL(live.url)
    _, writer = await asyncio.open_connection(address.host, address.port)
    body = json.dumps({"query": query, "variables": variables})
    head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    writer.write(f"{head}Authorization: {api.headers['Authorization']}\r\n\r\n{body}".encode())
    await busy(administrator, 1)
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("leaves", [True, False])
async def test_a_websockets_operation_ends_with_it(
    patient: Live, api: Api, administrator: asyncpg.Connection, leaves: bool
) -> None:
    async with locked(administrator, "videos"), connected(patient.url) as socket:
        await socket.init(api.headers)
        await socket.subscribe("1", VIDEOS)
        await busy(administrator, 1)
        await (socket.connection.close() if leaves else socket.send("complete", id="1"))
        await busy(administrator, 0)
    assert (await post(patient, api, VIDEOS)).json()["data"]


async def test_a_websocket_hears_that_its_operation_took_too_long(
    live: Live, api: Api, administrator: asyncpg.Connection
) -> None:
    async with locked(administrator, "videos"), connected(live.url) as socket:
        await socket.init(api.headers)
        await socket.subscribe("1", VIDEOS)
        refused = await socket.receive()
        assert (refused["id"], refused["type"]) == ("1", "error")
        assert refused["payload"][0]["extensions"]["code"] == "TIMEOUT"
        await busy(administrator, 0)


async def test_an_event_that_takes_too_long_is_an_error_and_the_next_one_comes(
    live: Live, api: Api, administrator: asyncpg.Connection, library: Library, database: Database
) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PROCESSING)
    follow = "subscription { videoJobEvents { job { attempt metadata { id } } } }"
    async with events(live.url, api.headers, follow) as heard:
        await live.followed(library.owner, 1)
        async with locked(administrator, "video_metadata"):
            await touch(database, job.id)
            (error,) = (await anext(heard))["errors"]
            assert error["extensions"]["code"] == "TIMEOUT"
            await busy(administrator, 0)
        await touch(database, job.id)
        assert (await anext(heard))["data"]["videoJobEvents"]["job"]["attempt"] == 3


async def test_a_query_by_get_ends_too_when_its_client_leaves(
    patient: Live, api: Api, administrator: asyncpg.Connection
) -> None:
    async with locked(administrator, "videos"):
        _, writer = await asyncio.open_connection("127.0.0.1", int(patient.url.rpartition(":")[2]))
        head = (
            f"GET /graphql?query={quote(VIDEOS)} HTTP/1.1\r\nHost: x\r\nAuthorization: {api.headers['Authorization']}"
        )
        writer.write(f"{head}\r\n\r\n".encode())
        await busy(administrator, 1)
        writer.close()
        await writer.wait_closed()
        await busy(administrator, 0)


async def test_to_look_a_document_up_has_no_more_time_than_anything_else(
    live: Live, api: Api, administrator: asyncpg.Connection
) -> None:
    async with locked(administrator, "trusted_documents"), httpx.AsyncClient(timeout=PATIENCE) as http:
        asked = {"documentId": f"sha256:{'0' * 64}"}
        answer = await http.post(f"{live.url}/graphql", json=asked, headers=api.headers)
        assert answer.status_code == 504
        await busy(administrator, 0)

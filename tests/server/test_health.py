"""`/readyz` and `/metrics` when something is wrong: they say so, and never hang."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import SecretStr

from database.engine import Database
from server.app import create_app
from server.resources import Resources
from server.settings import Settings
from server.usage import UsageCounter
from services.job_events import JobEvents
from services.queue import enqueue_job
from services.storage import Storage, StorageUnavailableError
from tests.support.api import Api
from tests.support.library import Library

# What two seconds of patience may take on a busy machine; asyncpg alone would wait for a minute.
SOON = 8


@asynccontextmanager
async def answering(
    settings: Settings, database: Database, storage: Storage
) -> AsyncIterator[tuple[httpx.AsyncClient, Resources]]:
    resources = Resources(database, storage, JobEvents(database), UsageCounter(database))
    transport = httpx.ASGITransport(app=create_app(settings, resources))
    async with httpx.AsyncClient(transport=transport, base_url=settings.base_url) as http:
        yield http, resources


@asynccontextmanager
async def silence() -> AsyncIterator[int]:
    """A port where somebody listens and never says a word."""
    open_ones: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: open_ones.append(writer), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    for writer in open_ones:
        writer.close()
    server.close()
    await server.wait_closed()


async def test_every_part_is_told(api: Api, library: Library, database: Database) -> None:
    job = await library.job(await library.video())
    async with database.transaction() as session:
        await enqueue_job(session, job.id)
    response = await api.http.get("/readyz")
    parts = response.json()
    assert response.status_code == 200
    assert 0 <= parts["queue"].pop("oldest_seconds") < SOON
    assert parts == {
        "status": "ok",
        "database": {"status": "ok"},
        "migrations": {"status": "ok"},
        "queue": {"status": "ok", "waiting": 1, "put_off": 0, "running": 0},
        "storage": {"status": "ok"},
    }


async def test_a_database_that_hangs_keeps_nobody_waiting(settings: Settings, storage: Storage) -> None:
    async with silence() as port:
        database = Database(f"postgresql://nobody@127.0.0.1:{port}/nothing")
        async with answering(settings, database, storage) as (http, _):
            started = time.monotonic()
            ready, again, metrics = await asyncio.gather(*map(http.get, ("/readyz", "/readyz", "/metrics")))
            assert time.monotonic() - started < SOON
    await database.close()
    assert (ready.status_code, again.status_code, metrics.status_code) == (503, 503, 200)
    assert ready.json()["database"]["reason"] == "It did not answer within 2 seconds."
    assert ready.json()["storage"] == {"status": "ok"}
    assert "reelgraph_queue_up 0.0" in metrics.text
    assert "reelgraph_queue_jobs{" not in metrics.text, "old figures would be taken for new ones"


async def test_a_database_that_is_gone_is_told(settings: Settings, storage: Storage, unused_tcp_port: int) -> None:
    database = Database(f"postgresql://nobody:{'secret'}@127.0.0.1:{unused_tcp_port}/nothing")
    async with answering(settings, database, storage) as (http, _):
        response = await http.get("/readyz")
    await database.close()
    assert response.status_code == 503
    assert response.json()["database"] == {"status": "unavailable", "reason": "It can't be reached."}
    assert "secret" not in response.text


async def test_a_queue_without_its_table_is_told(api: Api, database: Database) -> None:
    async with database.transaction() as session:
        await (await session.connection()).exec_driver_sql("ALTER TABLE pgqueuer RENAME TO elsewhere")
    response = await api.http.get("/readyz")
    assert response.status_code == 503
    assert response.json()["queue"]["reason"] == "Its table can't be read."
    assert "reelgraph_queue_up 0.0" in (await api.http.get("/metrics")).text


async def test_files_that_can_not_be_kept_are_told_but_do_not_unready(
    api: Api, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_storage: Storage) -> None:
        raise StorageUnavailableError("no route to s3://a-bucket")

    monkeypatch.setattr(type(storage), "require_usable", fail)
    response = await api.http.get("/readyz")
    assert response.status_code == 200
    assert response.json()["storage"] == {"status": "unavailable", "reason": "It failed: StorageUnavailableError."}


async def test_a_server_that_stops_is_not_ready(settings: Settings, database: Database, storage: Storage) -> None:
    async with answering(settings, database, storage) as (http, resources):
        assert (await http.get("/readyz")).status_code == 200
        resources.stopping.announced.set()
        response = await http.get("/readyz")
    assert response.status_code == 503
    assert response.json()["process"]["reason"] == "The server stops."


async def test_metrics_may_ask_for_a_token(settings: Settings, database: Database, storage: Storage) -> None:
    guarded = Settings(data=settings.data, metrics_token=SecretStr("m3trics"))
    async with answering(guarded, database, storage) as (http, _):
        assert (await http.get("/metrics")).status_code == 401
        assert (await http.get("/metrics", headers={"Authorization": "Bearer m3tric"})).status_code == 401
        assert (await http.get("/metrics", headers={"Authorization": "Bearer m3trics"})).status_code == 200

"""What is counted of operations, loaders, statements, connections and jobs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from database.engine import Database
from database.video_job import ProcessingStatus
from server.telemetry.families import LOOP_LAG
from server.telemetry.loop import watch_loop
from server.telemetry.tallies import Tallies
from server.telemetry.telemetry import MOST_UNREGISTERED, Telemetry
from services.queue import enqueue_job
from tests.support.api import Api
from tests.support.library import Library
from tests.support.live import Live, events, eventually
from tests.support.processes import running
from tests.support.websocket import connected

OPERATIONS = "reelgraph_operation_duration_seconds_count"
QUERY = "query {name} {{ videos {{ nodes {{ id jobs {{ nodes {{ id }} }} }} }} }}"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples_of(exposition: str) -> Samples:
    found: list[Sample] = [sample for family in text_string_to_metric_families(exposition) for sample in family.samples]
    return {(sample.name, frozenset(sample.labels.items())): sample.value for sample in found}


async def scraped(http: httpx.AsyncClient) -> Samples:
    return samples_of((await http.get("/metrics")).text)


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((name, frozenset(labels.items())), 0)


class Grown:
    """How much samples have grown since before; the process counts for all tests."""

    before: Samples
    after: Samples

    def by(self, name: str, **labels: str) -> float:
        return value(self.after, name, **labels) - value(self.before, name, **labels)


@asynccontextmanager
async def grown(api: Api) -> AsyncIterator[Grown]:
    growth = Grown()
    growth.before = await scraped(api.http)
    yield growth
    growth.after = await scraped(api.http)


async def test_operations_are_counted_by_name_type_and_outcome(api: Api) -> None:
    async with grown(api) as growth:
        for body in (
            {"query": "query CountedA { __typename }"},
            {"query": "query CountedA { __typename } query CountedB { __typename }", "operationName": "CountedB"},
            {"query": "{ __typename }"},
            {"query": 'query CountedA { video(id: "x") { id } }'},
            {"query": 'mutation CountedC { cancelVideoJob(jobId: "x") { __typename } }'},
            {"query": "{ nothing }"},
            {"query": 7},
        ):
            await api.post(body)
    for operation, kind, outcome, times in (
        ("CountedA", "query", "ok", 1),
        ("CountedA", "query", "errors", 1),
        ("CountedB", "query", "ok", 1),
        ("(nameless)", "query", "ok", 1),
        ("CountedC", "mutation", "errors", 1),
        ("other", "", "refused", 2),
    ):
        assert growth.by(OPERATIONS, operation=operation, type=kind, outcome=outcome) == times, (operation, outcome)


async def test_who_makes_up_names_makes_no_series(api: Api, database: Database, settings: Any) -> None:
    telemetry = Telemetry(settings)
    labels = {telemetry._label(f"Made{number}", registered=False) for number in range(MOST_UNREGISTERED + 50)}
    assert len(labels) == MOST_UNREGISTERED + 1
    assert "other" in labels
    assert telemetry._label("Registered", registered=True) == "Registered"
    assert telemetry._label("Registered", registered=False) == "Registered"
    assert len({telemetry._label(f"R{number}", registered=True) for number in range(1000)}) < 500


async def test_loaders_and_statements_are_counted(api: Api, library: Library) -> None:
    await library.processed_videos(3, jobs=2)
    async with grown(api) as growth:
        await api.data(QUERY.format(name="Counted"))
    for name in ("reelgraph_loader_batch_duration_seconds_count", "reelgraph_loader_batch_keys_count"):
        assert growth.by(name, loader="jobs_of_video") == 1
    assert growth.by("reelgraph_loader_batch_keys_sum", loader="jobs_of_video") == 3
    assert growth.by("reelgraph_statement_duration_seconds_count", statement="jobs_of_video") == 1
    assert growth.by("reelgraph_statement_rows_total", statement="jobs_of_video") == 6


async def test_statements_of_writes_and_failures_are_counted(api: Api, database: Database, library: Library) -> None:
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    async with grown(api) as growth:
        await api.data(f'mutation {{ cancelVideoJob(jobId: "job_{job.id.hex}") {{ __typename }} }}')
        async with database.transaction() as session:
            await (await session.connection()).exec_driver_sql("ALTER TABLE videos RENAME TO elsewhere")
        await api.execute("{ viewer { videoCount } }")
    assert growth.by("reelgraph_statement_duration_seconds_count", statement="update video_jobs") == 1
    assert growth.by("reelgraph_statement_errors_total", statement="viewer_totals") >= 1


async def test_the_queue_and_the_pool_are_told(api: Api, library: Library, database: Database) -> None:
    async with database.transaction() as session:
        for _ in range(2):
            await enqueue_job(session, (await library.job(await library.video())).id)
    async with database.transaction():
        samples = await scraped(api.http)
    assert value(samples, "reelgraph_queue_up") == 1
    assert value(samples, "reelgraph_queue_jobs", state="waiting") == 2
    assert value(samples, "reelgraph_queue_oldest_seconds") > 0
    assert value(samples, "reelgraph_pool_size") == 10
    assert value(samples, "reelgraph_pool_connections", state="in_use") == 1
    assert value(samples, "reelgraph_pool_waits_total") >= 2
    assert value(samples, "reelgraph_pool_wait_seconds_total") > 0


async def test_waiting_for_a_connection_is_told(database_url: str, library: Library) -> None:
    database = Database(database_url, pool_size=1)
    async with database.transaction():
        reader = database.reader(library.owner)
        waiting = asyncio.create_task(reader._driver())
        await eventually(lambda: database.parking.occupancy.waiting == 1)
        before = database.parking.waited_seconds
    await waiting
    assert database.parking.occupancy.waiting == 0
    assert database.parking.waited_seconds > before
    await reader.close()
    assert database.parking.occupancy.parked == 1
    await database.close()


async def test_subscriptions_and_connections_are_counted_while_they_last(live: Live, api: Api) -> None:
    follow = "subscription Counted { videoJobEvents { cursor } }"
    async with events(live.url, api.headers, follow), connected(live.url) as socket:
        await socket.init(api.headers)
        await socket.subscribe("1", follow)
        await eventually(lambda: sum(len(feed.followers) for feed in live.job_events._feeds.values()) == 2)
        during = await scraped(api.http)
    await live.deserted()
    after = await scraped(api.http)
    for transport in ("sse", "websocket"):
        assert value(during, "reelgraph_subscriptions", transport=transport) == 1
        assert value(after, "reelgraph_subscriptions", transport=transport) == 0
    assert value(during, "reelgraph_websocket_connections") == 1
    assert value(after, "reelgraph_websocket_connections") == 0


def test_tallies_count_as_prometheus_does() -> None:
    tallies = Tallies("t", "…", ("x",), (1.0, 2.0))
    for one in (0.5, 1.0, 1.5, 7.0):
        tallies.of("a").observe(one)
    (family,) = tallies.collect()
    assert [(sample.labels.get("le"), sample.value) for sample in family.samples] == [
        ("1.0", 2),
        ("2.0", 3),
        ("+Inf", 4),
        (None, 4),
        (None, 10.0),
    ]


async def test_a_blocked_event_loop_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.telemetry.loop.EVERY_SECONDS", 0.02)
    before = LOOP_LAG._sum.get()
    watching = asyncio.create_task(watch_loop())
    await asyncio.sleep(0)  # it looks, and goes to sleep

    def block() -> None:
        end = asyncio.get_running_loop().time() + 0.2
        while asyncio.get_running_loop().time() < end:
            pass

    block()
    await eventually(lambda: LOOP_LAG._sum.get() - before > 0.1)
    watching.cancel()


async def test_a_worker_serves_its_own(process_env: dict[str, str], unused_tcp_port_factory: Any) -> None:
    port = unused_tcp_port_factory()
    with running("worker", env={**process_env, "REELGRAPH_WORKER_METRICS_PORT": str(port)}):
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http, asyncio.timeout(30):
            while True:
                try:
                    samples = await scraped(http)
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
    assert value(samples, "reelgraph_jobs_running") == 0
    assert ("reelgraph_pool_size", frozenset()) in samples
    assert any(name == "reelgraph_build_info" for name, _ in samples)

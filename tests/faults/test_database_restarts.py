"""PostgreSQL is killed and restarted while people upload, edit, read and watch: all go on, and nothing is lost."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import psutil
import pytest
from uuid_utils.compat import uuid7

from database.engine import Database
from database.migrate import migrate
from processing.pipeline import Pipeline
from server.settings import Settings
from server.tokens import issue_token
from services.storage import Storage
from tests.support.library import Library
from tests.support.patient_client import PatientClient, patient_client
from tests.support.people import READ, Editor, Said, Uploaders, assert_all_there, log_of, read_until, watching
from tests.support.processed import (
    assert_ended_once,
    ended_job,
    eventually,
    outcome_of,
    referred_files,
    stored_files,
    undisturbed,
)
from tests.support.processes import running, wait_until_ready
from tests.support.restarts import FAST, IMMEDIATE, KILL, Restarts, restartable_postgres
from tests.support.small_clips import SmallClip

SERVERS = 2
POOL = 4
UPLOADERS = 2
EDITORS = 2
# How PostgreSQL goes, and for how many seconds.
RESTARTS = ((KILL, 0.0), (FAST, 0.0), (IMMEDIATE, 0.0), (KILL, 0.5), (FAST, 0.3)) * 4
BACK_SECONDS = 5
LONG_SECONDS = 15


@pytest.fixture
def restarts(open_folder: Path) -> Iterator[Restarts]:
    with restartable_postgres(open_folder / "restarts") as restarts:
        yield restarts


@pytest.fixture
async def database(restarts: Restarts) -> AsyncIterator[Database]:
    database = Database(restarts.url)
    await migrate(database.engine)
    yield database
    await database.close()


@pytest.fixture
def database_url(restarts: Restarts) -> str:
    """What the processes are told."""
    return restarts.url


@pytest.fixture
async def servers(env: dict[str, str], database: Database) -> AsyncIterator[list[psutil.Process]]:
    """The processes of a server, on a database brought forward before.

    They and a worker must be there to the end, and then stop without a fault.
    """
    env = env | {"REELGRAPH_DATABASE_POOL_SIZE": str(POOL)}
    with running("serve", "--workers", str(SERVERS), env=env) as server, running("worker", env=env):
        await asyncio.to_thread(wait_until_ready, url_of(env))
        processes = psutil.Process(server.pid).children()
        assert len(processes) == SERVERS
        yield processes
        assert psutil.Process(server.pid).children() == processes


@pytest.fixture
def url(env: dict[str, str]) -> str:
    return url_of(env)


def url_of(env: Mapping[str, str]) -> str:
    return f"http://127.0.0.1:{env['REELGRAPH_PORT']}"


@pytest.fixture
async def editors(database: Database, storage: Storage, settings: Settings, url: str) -> AsyncIterator[list[Editor]]:
    """People with a video each."""
    async with AsyncExitStack() as stack:
        editors = []
        for _ in range(EDITORS):
            person = uuid7()
            library = Library(database, person)
            video = await library.video()
            await storage.put(video.storage_path, b"a video")
            metadata = await library.metadata(await library.job(video))
            token = issue_token(settings.secret, person, timedelta(hours=1))
            client = await stack.enter_async_context(patient_client(url, token))
            editors.append(Editor(client, metadata.id))
        yield editors


async def back(client: PatientClient) -> float:
    """Seconds until a query is answered."""
    started = time.monotonic()
    await client.insist(READ)
    return time.monotonic() - started


async def going_on(editors: list[Editor]) -> None:
    """Return when people have changed something again."""
    changed = sum(editor.version for editor in editors)
    await eventually(lambda: sum(editor.version for editor in editors) >= changed + 4, what="changes")


def open_files(servers: list[psutil.Process]) -> list[int]:
    return [server.num_fds() for server in servers]


async def assert_nothing_lost(database: Database, uploaders: Uploaders, editors: list[Editor], viewer: UUID) -> None:
    for editor in editors:
        await editor.assert_kept(database)
    await assert_ended_once(database)
    await assert_all_there(database, uploaders.acknowledged, viewer)


async def assert_nothing_leaks(servers: list[psutil.Process], before: list[int], url: str, token: str) -> None:
    """The processes hold no more than their pool and their ear, and all of the pool is to be had."""
    asked = {"url": f"{url}/graphql", "json": {"query": READ}, "headers": {"Authorization": f"Bearer {token}"}}
    for _ in range(SERVERS * 2):
        async with httpx.AsyncClient(timeout=30) as http:
            answers = await asyncio.gather(*(http.post(**asked) for _ in range(3 * POOL)))  # type: ignore[arg-type]
            assert {answer.status_code for answer in answers} == {200}
    most = [files + POOL + 1 for files in before]
    await eventually(
        lambda: all(now <= limit for now, limit in zip(open_files(servers), most, strict=True)), what="files are closed"
    )


@pytest.mark.long
async def test_everybody_goes_on_after_twenty_restarts(
    restarts: Restarts,
    pipeline: Pipeline,
    servers: list[psutil.Process],
    editors: list[Editor],
    *,
    url: str,
    clips: Mapping[str, SmallClip],
    files: Path,
    viewer: UUID,
    access_token: str,
) -> None:
    database, said, before = pipeline.database, Said(), open_files(servers)
    uploaded = [clips["subtitled"], clips["noise"]]
    expected = await undisturbed(pipeline, uploaded)
    times = []
    async with patient_client(url, access_token) as client, watching(url, access_token) as seen:
        for one in (client, *(editor._client for editor in editors)):
            said.listen(one)
        uploaders = Uploaders(client, uploaded, pause=1)
        async with asyncio.TaskGroup() as group:
            for _ in range(UPLOADERS):
                group.create_task(uploaders.upload())
            for editor in editors:
                group.create_task(editor.edit_until(uploaders.stop, pause=0.05))
            group.create_task(read_until(uploaders.stop, client, pause=0.05))
            for way, away_seconds in RESTARTS:
                await asyncio.to_thread(restarts.restart, way, away_seconds=away_seconds)
                times.append(await back(client))
                await going_on(editors)
            await uploaders.more(1)
            uploaders.stop.set()
        for upload in uploaders.acknowledged:
            await ended_job(database, upload.job_id)
        log = await log_of(database, viewer)
        await eventually(lambda: len(seen) >= len(log), what="the watcher has seen everything")
    assert seen == log
    assert max(times) < BACK_SECONDS, times
    assert said.faults == []
    assert said.refused["UNAVAILABLE"] > 0
    await assert_nothing_lost(database, uploaders, editors, viewer)
    for upload, clip in uploaders.acknowledged.items():
        assert await outcome_of(database, upload.job_id) == expected[clip.kind]
    assert stored_files(files) == await referred_files(database)
    await assert_nothing_leaks(servers, before, url, access_token)


async def test_a_server_waits_for_its_database_as_long_as_it_takes(
    restarts: Restarts, servers: list[psutil.Process], editors: list[Editor], url: str, access_token: str
) -> None:
    said, stop = Said(), asyncio.Event()
    async with patient_client(url, access_token) as client, asyncio.TaskGroup() as group:
        for one in (client, *(editor._client for editor in editors)):
            said.listen(one)
        for editor in editors:
            group.create_task(editor.edit_until(stop, pause=0.2))
        await asyncio.to_thread(restarts.restart, KILL, away_seconds=LONG_SECONDS)
        assert await back(client) < BACK_SECONDS
        await asyncio.to_thread(wait_until_ready, url)
        stop.set()
    assert said.faults == []
    assert said.refused["UNAVAILABLE"] > LONG_SECONDS
    assert all(server.is_running() for server in servers)

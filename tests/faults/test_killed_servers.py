"""Servers are killed at random behind a balancer while people upload, edit, read and watch: nobody is told a lie."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from uuid_utils.compat import uuid7

from database.engine import Database
from server.cluster.balancer import Balancer
from server.own_documents import COMPLETE_UPLOAD, CREATE_UPLOAD
from server.settings import Settings
from server.tokens import issue_token
from tests.support.databases import connections_to
from tests.support.library import Library
from tests.support.live import events, eventually
from tests.support.patient_client import CONTENT_TYPE, CURSOR, FOLLOW, PatientClient, patient_client
from tests.support.people import READ, Editor, Said, Uploaders, assert_all_there, log_of, read_until, watching
from tests.support.processes import STOP_SECONDS, wait_until_ready
from tests.support.small_clips import SmallClip

SEED = 7
SERVERS = 2
KILLS = 8
POOL = 4
EDITORS = 2
BACK_SECONDS = 5
PAGE = """query ($after: String) {
  videos(first: 1, after: $after) { nodes { id } pageInfo { endCursor } }
}"""


class Servers:
    """Processes of `reelgraph serve`, each on a port of its own."""

    def __init__(self, env: Mapping[str, str], ports: list[int]) -> None:
        self._env = env
        self._running = {port: self._started(port) for port in ports}

    def kill(self, port: int) -> None:
        """End one without a word, and start it again."""
        self._running[port].kill()
        self._running[port].wait()
        self._running[port] = self._started(port)

    def stop(self) -> None:
        """Tell all to stop, which they do without a fault."""
        for process in self._running.values():
            process.terminate()
        assert [process.wait(STOP_SECONDS) for process in self._running.values()] == [0] * len(self._running)

    def end(self) -> None:
        """Leave none, whatever has happened."""
        for process in self._running.values():
            process.kill()
            process.wait()

    def _started(self, port: int) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **self._env, "REELGRAPH_PORT": str(port)}
        return subprocess.Popen([sys.executable, "-m", "server", "serve"], env=environment)


@pytest.fixture
def ports(unused_tcp_port_factory: Callable[[], int]) -> list[int]:
    return [unused_tcp_port_factory() for _ in range(SERVERS)]


@pytest.fixture
def servers(env: dict[str, str], ports: list[int], url: str) -> Iterator[Servers]:
    servers = Servers(env | {"REELGRAPH_PUBLIC_URL": url, "REELGRAPH_DATABASE_POOL_SIZE": str(POOL)}, ports)
    try:
        for port in ports:
            wait_until_ready(f"http://127.0.0.1:{port}")
        yield servers
        servers.stop()
    finally:
        servers.end()


@pytest.fixture
def url(unused_tcp_port: int) -> str:
    """The balancer's address, which clients and upload links know."""
    return f"http://127.0.0.1:{unused_tcp_port}"


@pytest.fixture
async def balanced(servers: Servers, ports: list[int], unused_tcp_port: int) -> AsyncIterator[Servers]:
    async with Balancer(ports).listening("127.0.0.1", unused_tcp_port):
        yield servers


@pytest.fixture
async def editors(database: Database, settings: Settings, url: str) -> AsyncIterator[list[Editor]]:
    """People with a video each."""
    async with AsyncExitStack() as stack:
        editors = []
        for _ in range(EDITORS):
            person = uuid7()
            library = Library(database, person)
            metadata = await library.metadata(await library.job(await library.video()))
            token = issue_token(settings.secret, person, timedelta(hours=1))
            client = await stack.enter_async_context(patient_client(url, token))
            editors.append(Editor(client, metadata.id))
        yield editors


async def kill_at_random(servers: Servers, ports: list[int], client: PatientClient) -> list[float]:
    """Kill one after the other, each when all have begun; how long until the next query was answered each time."""
    chance, times = random.Random(SEED), []
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.1, 0.6))
        victim = chance.choice(ports)
        await asyncio.to_thread(servers.kill, victim)
        started = time.monotonic()
        await client.insist(READ)
        times.append(time.monotonic() - started)
        await asyncio.to_thread(wait_until_ready, f"http://127.0.0.1:{victim}")
    return times


async def test_nobody_loses_what_was_acknowledged(
    balanced: Servers,
    ports: list[int],
    database: Database,
    editors: list[Editor],
    *,
    url: str,
    clips: Mapping[str, SmallClip],
    viewer: UUID,
    access_token: str,
) -> None:
    said = Said()
    async with patient_client(url, access_token) as client, watching(url, access_token) as seen:
        for one in (client, *(editor._client for editor in editors)):
            said.listen(one)
        uploaders = Uploaders(client, [clips["noise"]], pause=0.1)
        async with asyncio.TaskGroup() as group:
            group.create_task(uploaders.upload())
            for editor in editors:
                group.create_task(editor.edit_until(uploaders.stop, pause=0.05))
            group.create_task(read_until(uploaders.stop, client, pause=0.05))
            times = await kill_at_random(balanced, ports, client)
            uploaders.stop.set()
        log = await log_of(database, viewer)
        await eventually(lambda: len(seen) >= len(log))
    assert seen == log
    assert len(log) >= len(uploaders.acknowledged) > KILLS
    assert max(times) < BACK_SECONDS, times
    assert said.faults == []
    assert client.failures > 0
    for editor in editors:
        await editor.assert_kept(database)
    await assert_all_there(database, uploaders.acknowledged, viewer)
    # What the dead held is given back: there are no more than the pools and ears of those that live, and our own.
    assert await connections_to(database) <= SERVERS * (POOL + 1) + database.engine.pool.checkedin()  # type: ignore[attr-defined]  # it is a QueuePool


async def test_every_server_goes_on_where_another_left_off(
    servers: Servers, ports: list[int], clips: Mapping[str, SmallClip], access_token: str
) -> None:
    assert servers
    clip, headers = clips["noise"], {"Authorization": f"Bearer {access_token}"}
    async with AsyncExitStack() as stack:
        first, second = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers))
            for port in ports
        ]

        async def ask(http: httpx.AsyncClient, query: str, **variables: Any) -> Any:
            answer = (await http.post("/graphql", json={"query": query, "variables": variables})).json()
            assert "errors" not in answer, answer
            return answer["data"]

        start = (await ask(first, CURSOR))["videoJobEventsCursor"]
        videos = []
        async with events(str(second.base_url).rstrip("/"), headers, FOLLOW, after=start) as heard:
            for one, other in ((first, second), (second, first)):
                announced = {"originalFilename": "a.mp4", "contentType": CONTENT_TYPE, "sizeBytes": len(clip.content)}
                key, again = ({"idempotencyKey": str(uuid4())} for _ in range(2))
                created = [await ask(http, CREATE_UPLOAD, input=announced | key) for http in (one, other)]
                (video,) = {each["createVideoUpload"]["video"]["id"] for each in created}
                # The link that one has made is good at the other.
                target = urlsplit(created[0]["createVideoUpload"]["upload"]["url"]).path
                sent = await other.put(target, content=clip.content, headers={"Content-Type": CONTENT_TYPE})
                assert sent.status_code == 201
                done = [await ask(http, COMPLETE_UPLOAD, input={"videoId": video} | again) for http in (one, other)]
                (job,) = {each["completeVideoUpload"]["job"]["id"] for each in done}
                event = (await anext(heard))["data"]["videoJobEvents"]
                assert event["job"]["id"] == job
                videos.append(video)
        # Cursors, of lists and of events.
        async with events(str(first.base_url).rstrip("/"), headers, FOLLOW, after=event["cursor"]) as heard:
            page = (await ask(first, PAGE))["videos"]
            rest = (await ask(second, PAGE, after=page["pageInfo"]["endCursor"]))["videos"]
            assert [node["id"] for node in (*page["nodes"], *rest["nodes"])] == videos[::-1]
            cancel = f'mutation {{ cancelVideoJob(jobId: "{event["job"]["id"]}") {{ __typename }} }}'
            await ask(second, cancel)
            assert (await anext(heard))["data"]["videoJobEvents"]["job"]["status"] == "FAILED"

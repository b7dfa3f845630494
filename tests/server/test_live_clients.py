"""The server as a process of its own: streams end when it does, and clients come back to it."""

import asyncio
import itertools
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest

from database.engine import Database
from database.video_job import ProcessingStatus, VideoJob
from server.cli.codegen import ROOT
from server.node import install, node
from tests.support.api import Api
from tests.support.library import Library
from tests.support.live import touch
from tests.support.processes import wait_until_ready
from tests.support.websocket import connected

PACKAGE = Path(__file__).parents[1] / "live_clients"
FOLLOW = 'subscription { videoJobEvents(after: "CURSOR") { job { id } } }'
STREAMS = 5
STOP_SECONDS = 8


@pytest.fixture(scope="session")
def package() -> Path:
    """The npm package with the reference clients, installed, and ours."""
    install(ROOT / "codegen")
    install(PACKAGE)
    return PACKAGE


@pytest.fixture
async def job(library: Library) -> VideoJob:
    return await library.job(await library.video(), ProcessingStatus.PROCESSING)


@pytest.fixture
def url(process_env: dict[str, str]) -> str:
    return f"http://127.0.0.1:{process_env['REELGRAPH_PORT']}"


@contextmanager
def served(env: Mapping[str, str], url: str, ending: signal.Signals = signal.SIGTERM) -> Iterator[None]:
    """A server that ends with the block, by a signal."""
    process = subprocess.Popen([sys.executable, "-m", "server", "serve"], env={**os.environ, **env})
    try:
        wait_until_ready(url)
        yield
        process.send_signal(ending)
        assert process.wait(STOP_SECONDS) == (0 if ending == signal.SIGTERM else -ending)
    finally:
        process.kill()
        process.wait()


@asynccontextmanager
async def following(package: Path, client: str, *arguments: str) -> AsyncIterator[asyncio.StreamReader]:
    """A client as a process of its own, and what it prints."""
    process = await asyncio.create_subprocess_exec(
        node(), "follow.js", client, *arguments, cwd=package, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.kill()
        await process.wait()


async def printed(output: asyncio.StreamReader, count: int) -> list[tuple[str, int]]:
    """The next events that a client prints."""
    async with asyncio.timeout(20):
        jobs = [json.loads(await output.readline()) for _ in range(count)]
    return [(job["id"], job["attempt"]) for job in jobs]


async def test_clients_see_every_event_once_though_the_server_goes_away(
    package: Path, api: Api, database: Database, job: VideoJob, *, process_env: dict[str, str], url: str
) -> None:
    cursor = (await api.data("{ videoJobEventsCursor }"))["videoJobEventsCursor"]
    arguments = (f"{url}/graphql", api.headers["Authorization"], cursor)
    async with (
        following(package, "graphql-sse", *arguments) as by_sse,
        following(package, "graphql-ws", *arguments) as by_websocket,
        following(package, "ours", *arguments) as by_ours,
    ):
        outputs = (by_sse, by_websocket, by_ours)
        attempts = itertools.count(2)
        for ending in (signal.SIGTERM, signal.SIGKILL, signal.SIGTERM):
            expected = [(f"job_{job.id.hex}", next(attempts)) for _ in range(6)]
            for _ in range(3):  # while there is no server
                await touch(database, job.id)
            with served(process_env, url, ending):
                for output in outputs:
                    assert await printed(output, 3) == expected[:3]
                for _ in range(3):
                    await touch(database, job.id)
                for output in outputs:
                    assert await printed(output, 3) == expected[3:]
    for output in outputs:
        assert await output.read() == b""


async def test_a_server_with_open_streams_stops_at_once_and_quietly(
    api: Api,
    database: Database,
    job: VideoJob,
    *,
    process_env: dict[str, str],
    url: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    body = {"query": FOLLOW.replace("CURSOR", (await api.data("{ videoJobEventsCursor }"))["videoJobEventsCursor"])}
    await touch(database, job.id)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=url, headers=api.headers))
        with served(process_env, url):
            streams, sockets = [], []
            for _ in range(STREAMS):
                sent = http.stream("POST", "/graphql", json=body, headers={"Accept": "text/event-stream"})
                streams.append((await stack.enter_async_context(sent)).aiter_text())
                sockets.append(await stack.enter_async_context(connected(url)))
            for socket in sockets:
                await socket.init(api.headers)
                await socket.send("subscribe", id="1", payload=body)
                assert (await socket.receive())["type"] == "next"
            for stream in streams:
                while "event: next" not in await anext(stream):
                    pass
        for stream in streams:
            assert [piece async for piece in stream] == []
        for socket in sockets:
            assert (await socket.closed())[0] == 1012
    log = capfd.readouterr().err
    assert "Finished server process" in log
    assert not re.search(" (WARNING|ERROR|CRITICAL) |Traceback", log), log

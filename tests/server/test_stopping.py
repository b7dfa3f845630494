"""A server that is told to stop: nobody whom it has let in is left without an answer."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest
from sqlalchemy import make_url

from tests.support.live import PATIENCE, events
from tests.support.processes import STOP_SECONDS, running, wait_until_ready
from tests.support.websocket import connected

COUNT = "{ viewer { videoCount } }"
ANSWER = {"data": {"viewer": {"videoCount": 0}}}
CREATE = """mutation ($bytes: BigInt!) {
  createVideoUpload(input: {originalFilename: "a.mp4", contentType: "video/mp4", sizeBytes: $bytes}) {
    ... on CreateVideoUploadSuccess { upload { url } }
  }
}"""
FOLLOW = "subscription { videoJobEvents { cursor } }"
CLIENTS = 10
PIECE = b"x" * 100_000
PIECES = 10


@pytest.fixture
def url(process_env: dict[str, str]) -> str:
    return f"http://127.0.0.1:{process_env['REELGRAPH_PORT']}"


@pytest.fixture
def headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def server(process_env: dict[str, str], url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server that goes on for a second after it is told to stop."""
    with running("serve", env=process_env | {"REELGRAPH_STOP_DELAY_SECONDS": "1"}) as process:
        wait_until_ready(url)
        yield process


@asynccontextmanager
async def locked_videos(database_url: str) -> AsyncIterator[None]:
    """Whoever reads videos waits while the block runs."""
    dsn = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE videos IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


async def ask_on(url: str, headers: dict[str, str], found: Counter[str]) -> None:
    """One request after the other, on a connection that is kept, until nobody listens any more."""
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE) as http:
        while True:
            try:
                response = await http.post("/graphql", json={"query": "{ __typename }"})
            except httpx.ConnectError:
                return
            assert response.json() == {"data": {"__typename": "Query"}}
            found[response.headers.get("connection", "kept")] += 1


async def not_ready(http: httpx.AsyncClient) -> None:
    """Return when a server says that it stops."""
    async with asyncio.timeout(PATIENCE):
        while (await http.get("/readyz")).status_code == 200:
            await asyncio.sleep(0.02)
    assert (await http.get("/readyz")).json()["process"]["reason"] == "The server stops."


async def upload(http: httpx.AsyncClient, url: str, slow: asyncio.Event) -> int:
    """Send a file of which the second half comes when `slow` is set; the status of the answer."""

    async def pieces() -> AsyncIterator[bytes]:
        for number in range(PIECES):
            if number == PIECES // 2:
                await slow.wait()
            yield PIECE

    sent = {"Content-Type": "video/mp4", "Content-Length": str(PIECES * len(PIECE))}
    return (await http.put(url, content=pieces(), headers=sent)).status_code


async def test_everybody_who_was_let_in_gets_an_answer(
    server: subprocess.Popen[bytes], url: str, headers: dict[str, str], database_url: str
) -> None:
    found: Counter[str] = Counter()
    go_on = asyncio.Event()
    async with (
        httpx.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE) as http,
        events(url, headers, FOLLOW) as stream,
        connected(url) as socket,
        connected(url) as silent,
        asyncio.TaskGroup() as group,
    ):
        await socket.init(headers)
        created = await http.post("/graphql", json={"query": CREATE, "variables": {"bytes": PIECES * len(PIECE)}})
        target = created.json()["data"]["createVideoUpload"]["upload"]["url"]
        uploading = group.create_task(upload(http, target, go_on))
        clients = [group.create_task(ask_on(url, headers, found)) for _ in range(CLIENTS)]
        async with locked_videos(database_url):
            waiting = group.create_task(http.post("/graphql", json={"query": COUNT}))
            await socket.subscribe("live", FOLLOW)
            await socket.subscribe("once", COUNT)
            await asyncio.sleep(0.3)  # so that all of that is on its way
            server.send_signal(signal.SIGTERM)
            await not_ready(http)
            late = group.create_task(http.post("/graphql", json={"query": COUNT}))
            await asyncio.wait(clients)  # nobody listens now
            assert not any(task.done() for task in (waiting, late, uploading))
        assert {(await task).text for task in (waiting, late)} == {(await late).text}
        assert (await late).headers["connection"] == "close"
        assert (await socket.receive())["payload"]["data"] is not None
        assert await socket.receive() == {"id": "once", "type": "complete"}
        assert await socket.closed() == (1012, "The server stops: connect again")
        assert (await silent.closed())[0] == 1012
        go_on.set()
        assert await uploading == 201
        assert [answer async for answer in stream] == []
    assert server.wait(STOP_SECONDS) == 0
    # Each client's last answer said so, if it was not between two when the connection was closed.
    assert found["close"] >= CLIENTS // 2


async def test_what_takes_too_long_is_cut_off(
    process_env: dict[str, str], url: str, headers: dict[str, str], database_url: str
) -> None:
    with running("serve", env=process_env | {"REELGRAPH_STOP_TIMEOUT_SECONDS": "0"}) as server:
        wait_until_ready(url)
        async with locked_videos(database_url), httpx.AsyncClient(base_url=url, headers=headers) as http:
            asked = asyncio.create_task(http.post("/graphql", json={"query": COUNT}, timeout=STOP_SECONDS))
            await asyncio.sleep(0.3)
            server.terminate()
            assert await asyncio.to_thread(server.wait, STOP_SECONDS) == 0
            answer = await asked
    assert answer.status_code == 503
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "UNAVAILABLE"
    assert error["message"].startswith("The server stops.")


def test_a_server_that_is_told_twice_ends_at_once(process_env: dict[str, str], url: str) -> None:
    environment = os.environ | process_env | {"REELGRAPH_STOP_DELAY_SECONDS": "60"}
    with subprocess.Popen([sys.executable, "-m", "server", "serve"], env=environment) as process:
        try:
            wait_until_ready(url)
            process.terminate()
            while httpx.get(f"{url}/readyz").is_success:
                time.sleep(0.02)
            process.terminate()
            assert process.wait(STOP_SECONDS) == -signal.SIGTERM
        finally:
            process.kill()

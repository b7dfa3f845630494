"""`reelgraph serve --workers N`: processes that share a port, and come and go without anybody's noticing."""

import asyncio
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from database.engine import Database
from database.migrate import migrate
from tests.support.processes import START_SECONDS, STOP_SECONDS, run_reelgraph, running, wait_until_ready
from tests.support.restarts import IMMEDIATE, restartable_postgres

WORKERS = 2
CONNECTIONS = 40
# Request ids begin with their process's name.
NAME = 12


@pytest.fixture
def url(process_env: dict[str, str]) -> str:
    return f"http://127.0.0.1:{process_env['REELGRAPH_PORT']}"


@pytest.fixture
def server(process_env: dict[str, str], url: str) -> Iterator[subprocess.Popen[bytes]]:
    with running("serve", "--workers", str(WORKERS), env=process_env) as process:
        wait_until_ready(url)
        yield process


def children(server: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The processes that serve."""
    return psutil.Process(server.pid).children()


async def eventually(condition: Callable[[], bool]) -> None:
    """Return when a condition holds; processes take a moment to start."""
    async with asyncio.timeout(START_SECONDS):
        while not condition():
            await asyncio.sleep(0.05)


async def spread(url: str) -> Counter[str]:
    """Which processes answer how many of so many connections that come at once."""
    clients = [httpx.AsyncClient(timeout=START_SECONDS) for _ in range(CONNECTIONS)]
    answers = await asyncio.gather(*(client.get(f"{url}/graphql?query={{__typename}}") for client in clients))
    for client in clients:
        await client.aclose()
    return Counter(answer.headers["x-request-id"][:NAME] for answer in answers)


async def ask_until(stop: asyncio.Event, url: str) -> int:
    """One request after the other, on connections of their own: none may fail. Answers how many there were."""
    count = 0
    while not stop.is_set():
        async with httpx.AsyncClient(timeout=START_SECONDS) as http:
            assert (await http.get(f"{url}/healthz")).is_success
        count += 1
    return count


async def test_connections_spread_over_all_and_a_process_that_dies_is_replaced(
    server: subprocess.Popen[bytes], url: str
) -> None:
    await eventually(lambda: len(children(server)) == WORKERS)
    shares = await spread(url)
    assert len(shares) == WORKERS
    # By chance one has fewer than a quarter once in a thousand times.
    assert min(shares.values()) >= CONNECTIONS // 8
    victim, survivor = children(server)
    victim.kill()
    await eventually(lambda: len(children(server)) == WORKERS and victim not in children(server))
    assert survivor in children(server)
    # What came to the dead one's socket meanwhile is answered by who follows on it.
    assert sum((await spread(url)).values()) == CONNECTIONS


async def test_processes_are_replaced_one_by_one_and_no_request_fails(
    server: subprocess.Popen[bytes], url: str
) -> None:
    old, stop = children(server), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        asking = [group.create_task(ask_until(stop, url)) for _ in range(3)]
        server.send_signal(signal.SIGHUP)
        await eventually(lambda: not any(child.is_running() for child in old))
        await eventually(lambda: len(children(server)) == WORKERS)
        stop.set()
    assert all(task.result() for task in asking)


async def test_processes_end_with_the_one_that_started_them(process_env: dict[str, str], url: str) -> None:
    for way, status in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 0)):
        with running("serve", "--workers", str(WORKERS), env=process_env) as server:
            await asyncio.to_thread(wait_until_ready, url)
            left = children(server)
            assert len(left) == WORKERS
            server.send_signal(way)
            assert await asyncio.to_thread(server.wait, STOP_SECONDS) == status
            _, alive = await asyncio.to_thread(psutil.wait_procs, left, STOP_SECONDS)
            assert not alive
            server.returncode = 0  # as is asked at the end of the block


def test_processes_that_can_not_start_are_not_started_for_ever(process_env: dict[str, str]) -> None:
    nowhere = process_env | {"REELGRAPH_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    failed = run_reelgraph("serve", "--workers", str(WORKERS), env=nowhere)
    assert failed.returncode == 1
    assert "can't be reached" in failed.stderr
    assert "Traceback" not in failed.stderr


async def test_a_process_that_dies_while_all_are_renewed_ends_nothing(
    server: subprocess.Popen[bytes], url: str
) -> None:
    before = {child.pid for child in children(server)}
    server.send_signal(signal.SIGHUP)
    await eventually(lambda: len(children(server)) > WORKERS)  # the first successor has begun
    for child in children(server)[1:2]:
        child.kill()
    await eventually(lambda: len(now := children(server)) == WORKERS and not before & {child.pid for child in now})
    assert server.poll() is None
    assert len(await spread(url)) == WORKERS


async def test_whoever_comes_to_a_process_without_a_database_is_told(
    open_folder: Path, process_env: dict[str, str], url: str
) -> None:
    """One that dies while the database is away can't be replaced yet; its connections must not hang."""
    with restartable_postgres(open_folder / "standing-in") as postgres:
        database = Database(postgres.url)
        await migrate(database.engine)
        await database.close()
        env = process_env | {"REELGRAPH_DATABASE_URL": postgres.url}
        with running("serve", "--workers", str(WORKERS), env=env) as server:
            wait_until_ready(url)
            away = asyncio.create_task(asyncio.to_thread(postgres.restart, IMMEDIATE, away_seconds=12))
            await readiness(url, 503)
            process = children(server)[0]
            process.kill()
            await asyncio.to_thread(process.wait)
            await readiness(url, 503)
            assert not away.done()
            await away
            await readiness(url, 200)


async def readiness(url: str, status: int) -> None:
    """Return when all processes answer so."""
    async with asyncio.timeout(START_SECONDS), httpx.AsyncClient(timeout=8) as http:
        while {answer.status_code for answer in await asyncio.gather(*(ask(http, url) for _ in range(16)))} != {status}:
            await asyncio.sleep(0.2)


async def ask(http: httpx.AsyncClient, url: str) -> httpx.Response:
    """The answer on a connection of its own, so that any of the processes may take it."""
    return await http.get(f"{url}/readyz", headers={"Connection": "close"})

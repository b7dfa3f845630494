"""`reelgraph dev`, which is `make run`: everything starts, is found, and stops."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server

import httpx
import pytest

from tests.support.processes import STOP_SECONDS, left_running

START_SECONDS = 90


@pytest.fixture
def data(open_folder: Path) -> Path:
    return open_folder / "dev"


@contextmanager
def dev(data: Path, port: int) -> Iterator[list[str]]:
    """`reelgraph dev` until the block ends, and then Ctrl-C; yields what it printed once it is ready."""
    env = {**os.environ, "REELGRAPH_DATA": str(data), "PORT": str(port), "COLUMNS": "120"}
    command = [sys.executable, "-m", "server", "dev"]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        watchdog = threading.Timer(START_SECONDS, process.kill)
        watchdog.start()
        assert process.stderr is not None
        lines: list[str] = []
        for line in process.stderr:
            lines.append(line.rstrip())
            if line.startswith("Ctrl-C stops everything"):
                break
        watchdog.cancel()
        assert process.poll() is None, lines
        yield lines
        os.killpg(process.pid, signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(STOP_SECONDS) == 0, rest
        assert "Traceback" not in rest


@pytest.mark.long
def test_dev_starts_loads_the_demo_library_once_and_leaves_nothing_running(data: Path, unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    for first in (True, False):
        with dev(data, unused_tcp_port) as lines:
            text = "\n".join(lines)
            assert f"{url}/graphql" in text
            assert ("Überfahrt nach Gotland.mp4" in text) == first
            token = next(line for line in lines if line.startswith("eyJ"))
            query = "{ videos(first: 50) { nodes { status title } } }"
            headers = {"Authorization": f"Bearer {token}"}
            answer = httpx.post(f"{url}/graphql", json={"query": query}, headers=headers).json()
            statuses = [node["status"] for node in answer["data"]["videos"]["nodes"]]
            assert sorted(statuses) == ["COMPLETED"] * 11 + ["FAILED"]
            page = httpx.get(f"{url}/graphql", headers={"Accept": "text/html"})
            assert page.headers["content-type"].startswith("text/html")
            assert httpx.get(f"{url}/graphql", headers={"Host": "evil.example"}).status_code == 400
        assert left_running(data) == []


def test_a_port_in_use_is_named(data: Path, unused_tcp_port: int) -> None:
    env = {**os.environ, "REELGRAPH_DATA": str(data), "PORT": str(unused_tcp_port)}
    command = [sys.executable, "-m", "server", "dev"]
    with create_server(("127.0.0.1", unused_tcp_port)):
        result = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=30)
    assert result.returncode == 1
    assert f"Port {unused_tcp_port} of 127.0.0.1 can't be used" in result.stderr
    assert f"PORT={unused_tcp_port + 1}" in result.stderr

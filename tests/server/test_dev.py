"""`reelgraph dev`, which is `make run`: everything starts, is found, and stops."""

import os
import subprocess
import sys
from pathlib import Path
from socket import create_server

import httpx
import pytest

from tests.support.processes import left_running
from tests.support.terminal import in_terminal


@pytest.fixture
def data(open_folder: Path) -> Path:
    return open_folder / "dev"


@pytest.mark.long
def test_dev_starts_loads_the_demo_library_once_and_leaves_nothing_running(data: Path, unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    env = {"REELGRAPH_DATA": str(data), "PORT": str(unused_tcp_port), "COLUMNS": "120"}
    for first in (True, False):
        with in_terminal("dev", env=env) as terminal:
            text = "\n".join(terminal.lines)
            assert f"{url}/graphql" in text
            assert "make web" in text
            assert ("Überfahrt nach Gotland.mp4" in text) == first
            token = next(line for line in terminal.lines if line.startswith("eyJ"))
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

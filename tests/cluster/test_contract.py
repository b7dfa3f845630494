"""`reelgraph cluster`, which is `make cluster`: many processes keep the contract that one keeps."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server

import httpx
import pytest

from tests.support.deployed import Deployed
from tests.support.poolers import require_pgbouncer
from tests.support.processes import STOP_SECONDS, left_running, run_reelgraph
from tests.support.replicas import asked
from tests.support.small_clips import make_small_clips

ROOT = Path(__file__).parents[2]
START_SECONDS = 90
CONTRACT_SECONDS = 300
# What clients may rely on, by every operation that the client package has and by our own; not what is another process's
# to look into, nor what needs a queue that nobody works off.
CONTRACT = [
    "tests/codegen/test_operations_by_id.py",
    "tests/schema/test_queries.py",
    "tests/schema/test_result_unions.py",
    "tests/schema/test_update_video_metadata.py",
]
FEWEST = 60


@dataclass(frozen=True)
class Cluster(Deployed):
    """An installation that was started by one command; what it printed."""

    printed: str

    @property
    def replica(self) -> str:
        """Address of its replica."""
        return re.search(r"^Replica +(\S+)$", self.printed, re.MULTILINE)[1]  # type: ignore[index]

    @property
    def token(self) -> str:
        """The demo user's."""
        return re.search(r"^eyJ\S+$", self.printed, re.MULTILINE)[0]  # type: ignore[index]


@contextmanager
def running_cluster(data: Path) -> Iterator[Cluster]:
    """An installation that runs while the block does, and then hears Ctrl-C."""
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {**os.environ, "REELGRAPH_DATA": str(data), "PORT": str(port), "COLUMNS": "200"}
    command = [sys.executable, "-m", "server", "cluster", "--no-demo"]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        watchdog = threading.Timer(START_SECONDS, process.kill)
        watchdog.start()
        assert process.stderr is not None
        lines: list[str] = []
        for line in process.stderr:
            lines.append(line)
            if line.startswith("Ctrl-C stops everything"):
                break
        watchdog.cancel()
        assert process.poll() is None, lines
        rest: list[str] = []
        draining = threading.Thread(target=lambda: rest.extend(process.stderr or ()))
        draining.start()
        yield Cluster(f"http://127.0.0.1:{port}", data, "".join(lines))
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(STOP_SECONDS) == 0, rest
        draining.join()


@pytest.fixture(scope="module")
def cluster(open_folder: Path) -> Iterator[Cluster]:
    require_pgbouncer()
    data = open_folder / "cluster"
    with running_cluster(data) as cluster:
        yield cluster
    assert left_running(data) == []


def test_what_holds_for_one_process_holds_for_the_cluster(cluster: Cluster) -> None:
    """The same tests, asked by the balancer's address; answers came from the replica, too."""
    options = ["--deployed", cluster.url, "--deployed-data", str(cluster.data), "-p", "no:cacheprovider", "-q"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "--numprocesses", "0", *options, *CONTRACT]
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=CONTRACT_SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout[-5000:]
    passed = re.search(r"^(\d+) passed in", done.stdout, re.MULTILINE)
    assert passed is not None, done.stdout[-5000:]
    assert int(passed[1]) >= FEWEST


async def test_reads_are_spread_over_servers_and_go_to_the_replica(cluster: Cluster) -> None:
    scans = "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'videos'"
    before = int(await asked(cluster.replica, scans))
    servers = set()
    for _ in range(20):
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {cluster.token}"}) as client:
            answer = await client.post(f"{cluster.url}/graphql", json={"query": "{ viewer { videoCount } }"})
        servers.add(answer.headers["x-request-id"][:12])
        assert "errors" not in answer.json()
    assert len(servers) == 2
    assert int(await asked(cluster.replica, scans)) > before


def test_an_upload_is_processed_and_followed_to_its_end(cluster: Cluster, tmp_path: Path) -> None:
    """Announced, sent, completed and followed by whichever server has its turn; processed by either worker."""
    clip = make_small_clips(tmp_path)["subtitled"].path
    env = {"REELGRAPH_DATA": str(cluster.data)}
    done = run_reelgraph("upload", str(clip), "--url", cluster.url, "--token", cluster.token, env=env)
    assert done.returncode == 0, done.stderr
    assert "COMPLETED" in done.stdout + done.stderr

"""The picture of the dashboard: docs/grafana/reelgraph.png.

`python -m bench.dashboard [path of prometheus]`. A server, a worker and the demo library run under a light load, a real
Prometheus scrapes them, and the panels of docs/grafana/reelgraph.json are drawn from what it answers. Grafana itself
takes no part: Chromium photographs a page of ours.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import httpx

from bench.panels import page
from server.demo.viewer import DEMO_USER
from server.tokens import issue_token

DASHBOARD = Path("docs/grafana/reelgraph.json")
PICTURE = Path("docs/grafana/reelgraph.png")
SECONDS = 150
CLIENTS = 3
PAUSE_SECONDS = 0.03
SECRET = "only for a picture, and long enough for HS256"  # noqa: S105  the server lives for minutes

OPERATIONS = (
    "query Library { videos(first: 20) { nodes { id originalFilename jobs { nodes { id status } } } } }",
    "query Viewer { viewer { id videoCount } }",
    "query Jobs { videoJobs(first: 20) { nodes { id status video { id originalFilename } } } }",
    "query Everything { videos(first: 50) { nodes { id jobs { nodes { id metadata { id title tags } } } } } }",
    'query Wrong { video(id: "no id") { id } }',
)
FOLLOW = "subscription Follow { videoJobEvents { job { id status } } }"


def main() -> None:
    """Run it all, and take the picture."""
    prometheus = sys.argv[1] if len(sys.argv) > 1 else "prometheus"
    with tempfile.TemporaryDirectory(prefix="reelgraph-dashboard-") as folder:
        Path(folder).chmod(0o755)  # for PostgreSQL's own user
        server, worker, api = _free_port(), _free_port(), _free_port()
        configuration = Path(folder, "prometheus.yml")
        configuration.write_text(_configuration(server, worker))
        options = [f"--config.file={configuration}", f"--storage.tsdb.path={folder}/tsdb", "--log.level=error"]
        command = [prometheus, *options, f"--web.listen-address=127.0.0.1:{api}"]
        with _running(Path(folder), server, worker), _process(command):
            asyncio.run(_load(f"http://127.0.0.1:{server}"))
            drawn = page(json.loads(DASHBOARD.read_text()), f"http://127.0.0.1:{api}", SECONDS)
        _photograph(drawn, Path(folder))


def _configuration(*ports: int) -> str:
    targets = [f"127.0.0.1:{port}" for port in ports]
    jobs = [{"job_name": "reelgraph", "static_configs": [{"targets": targets}]}]
    return json.dumps({"global": {"scrape_interval": "2s"}, "scrape_configs": jobs})  # JSON is YAML


@contextmanager
def _running(folder: Path, port: int, worker_port: int) -> Iterator[None]:
    settings = {"DATA": folder / "data", "PORT": port, "WORKER_METRICS_PORT": worker_port, "JWT_SECRET": SECRET}
    environment = {f"REELGRAPH_{name}": str(value) for name, value in settings.items()}
    with _process([sys.executable, "-m", "server", "dev"], environment):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{port}/readyz").is_success:
                    break
            time.sleep(0.2)
        yield


@contextmanager
def _process(command: list[str], environment: dict[str, str] | None = None) -> Iterator[None]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env={**os.environ, **(environment or {})}, **quiet)  # type: ignore[call-overload]
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


async def _load(url: str) -> None:
    token = issue_token(SECRET, DEMO_USER, timedelta(hours=1))
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as http:
        with suppress(TimeoutError):
            async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
                for client in range(CLIENTS):
                    group.create_task(_ask(http, client))
                    group.create_task(_follow(http))


async def _ask(http: httpx.AsyncClient, number: int) -> None:
    while True:
        number += 1
        # Busier by and by, so that there is something to see.
        await http.post("/graphql", json={"query": OPERATIONS[number % len(OPERATIONS)]})
        await asyncio.sleep(PAUSE_SECONDS * (1 + number % 400 / 100))


async def _follow(http: httpx.AsyncClient) -> None:
    async with http.stream(
        "POST", "/graphql", json={"query": FOLLOW}, headers={"Accept": "text/event-stream"}
    ) as response:
        async for _ in response.aiter_bytes():
            pass


def _photograph(drawn: str, folder: Path) -> None:
    source = folder / "dashboard.html"
    source.write_text(drawn)
    options = ["--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu", f"--user-data-dir={folder}/chromium"]
    options += ["--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1500,1480", f"--screenshot={PICTURE.resolve()}"]
    subprocess.run(["chromium", *options, source.as_uri()], check=True, timeout=120, stderr=subprocess.DEVNULL)  # noqa: S607  where it is differs


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


if __name__ == "__main__":
    main()

"""The built web app as a process of its own."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx

from server.node import node, node_path
from server.web_build import WEB_APP
from tests.support.processes import STOP_SECONDS, until


@contextmanager
def running_web_app(env: Mapping[str, str]) -> Iterator[str]:
    """Its address while the block runs; `env` has its `REELGRAPH_WEB_…` variables, the port among them."""
    url = f"http://127.0.0.1:{env['REELGRAPH_WEB_PORT']}"
    variables = {**os.environ, **node_path(), "NODE_ENV": "production", **env}
    process = subprocess.Popen([node(), "serve.ts"], cwd=WEB_APP.package, env=variables)
    try:
        until(lambda: process.poll() is None and httpx.get(f"{url}/healthz").is_success, "the web app is ready")
        yield url
        process.terminate()
        assert process.wait(STOP_SECONDS) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()

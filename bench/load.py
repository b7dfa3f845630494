"""Load by wrk: one thread, some connections, each sending the next request when the answer to the last is read."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import orjson

from bench.contract import Request, lua
from bench.running import Running
from database.errors import ReelgraphError


@dataclass(frozen=True)
class Measured:
    """One run: answers a second, latencies in milliseconds, and for an answer the mean bytes, headers included, and the
    server's processor time in milliseconds.
    """

    per_second: float
    p50: float
    p99: float
    answer_bytes: float
    cpu_ms: float


def measure(running: Running, requests: list[Request], *, connections: int, seconds: int) -> Measured:
    """Send the requests in turn for some seconds; raises `ReelgraphError` if one fails."""
    before = running.cpu_seconds()
    found = _wrk(running.url, requests, f"-c{connections}", f"-d{seconds}s")
    if found["failed"] or not found["requests"]:
        raise ReelgraphError(f"{found['failed']} of {found['requests']} requests to {running.server.name} failed.")
    return Measured(
        per_second=found["requests"] / found["microseconds"] * 1e6,
        p50=found["p50"] / 1000,
        p99=found["p99"] / 1000,
        answer_bytes=found["bytes"] / found["requests"],
        cpu_ms=(running.cpu_seconds() - before) / found["requests"] * 1000,
    )


def _wrk(url: str, requests: list[Request], *options: str) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "requests.lua")
        script.write_text(lua(requests))
        command = ["wrk", "-t1", "--timeout", "10s", *options, "-s", str(script), url]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    last = done.stdout.strip().rpartition("\n")[2]
    if done.returncode or not last.startswith("{"):
        raise ReelgraphError(f"wrk failed: {done.stderr or done.stdout}")
    found: dict[str, int] = orjson.loads(last)
    return found

"""The real commands as processes of their own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import httpx
import psutil

START_SECONDS = 30
STOP_SECONDS = 20


def run_reelgraph(*arguments: str, env: Mapping[str, str], timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "server", *arguments]
    return subprocess.run(
        command, env={**os.environ, **env}, capture_output=True, text=True, timeout=timeout, check=False
    )


def run_python(code: str) -> str:
    """What a program prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True).stdout


@contextmanager
def running(
    *arguments: str, env: Mapping[str, str], stderr: IO[bytes] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A command that runs while the block does; it must then stop on SIGTERM, by itself and without a fault."""
    command = [sys.executable, "-m", "server", *arguments]
    process = subprocess.Popen(command, env={**os.environ, **env}, stderr=stderr)
    try:
        yield process
        process.terminate()
        assert process.wait(STOP_SECONDS) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def wait_until_ready(base_url: str) -> None:
    """Return when a server is ready to answer."""
    until(lambda: httpx.get(f"{base_url}/readyz").is_success, "the server is ready")


def until(is_so: Callable[[], bool], what: str) -> None:
    """Return when something is so; that nobody answers yet means that it is not."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        with suppress(httpx.TransportError):
            if is_so():
                return
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.05)


def left_running(data: Path) -> list[str]:
    """Processes that have to do with a data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            about = [*process.cmdline(), process.environ().get("REELGRAPH_DATA", "")]
        except psutil.Error:
            continue
        if process.pid != os.getpid() and any(str(data) in text for text in about):
            found.append(" ".join(process.cmdline()))
    return found

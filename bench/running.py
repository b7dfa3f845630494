"""Servers as processes: how each is started, awaited and stopped."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from bench.contract import Request
from bench.place import Place
from bench.servers import Server
from database.errors import ReelgraphError

PATIENCE_SECONDS = 60
GRACE_SECONDS = 15


@dataclass(frozen=True)
class Running:
    """A server that answers at `url`."""

    server: Server
    url: str
    process: psutil.Process

    def memory(self) -> int:
        """Resident bytes of the server, with processes that it has started."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(one.memory_info().rss for one in family)

    def cpu_seconds(self) -> float:
        """Processor time that the server has used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def running(server: Server, place: Place) -> Iterator[Running]:
    """Run a server for as long as the block does; what it prints goes to a file in the data folder."""
    port = _free_port()
    environment = {**os.environ, **place.environment, **server.environment, "PORT": str(port)}
    environment.pop("REELGRAPH_PORT", None)
    log = place.settings.data / f"{server.name}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            server.command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,  # so that Ctrl-C is for us, who then stop it in good order
        )
        try:
            _await_answer(server, place, f"http://127.0.0.1:{port}", process, log)
            yield Running(server, f"http://127.0.0.1:{port}", psutil.Process(process.pid))
        finally:
            _stop(process)


def send(url: str, request: Request) -> httpx.Response:
    """Send a request once."""
    return httpx.request(
        request.method, url + request.path, headers=request.headers, content=request.body, timeout=PATIENCE_SECONDS
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def _await_answer(server: Server, place: Place, url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    [request] = server.ask(place, "Q3", [])
    deadline = time.monotonic() + PATIENCE_SECONDS
    said = ""
    while process.poll() is None and time.monotonic() < deadline:
        try:
            answer = send(url, request)
        except httpx.TransportError as error:
            said = str(error)
        else:
            if answer.is_success:
                return
            said = answer.text[:500]
        time.sleep(0.1)
    tail = "\n".join(log.read_text().splitlines()[-15:])
    raise ReelgraphError(f"{server.name} does not answer: {said}\n{tail}", f"What it printed is in {log}.")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a server: gently, and if it does not listen, by force."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, number)
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            continue

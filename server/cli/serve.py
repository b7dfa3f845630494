"""`reelgraph serve`: the processes that answer the API."""

import asyncio
import gc
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
import uvicorn

from schema.schema import sdl
from server.allocator import keep_freed_memory
from server.app import create_app
from server.cli.options import load_settings, require_free_port
from server.cli.process import READY, on_leash, run, stop_signal
from server.cli.standing_in import stand_in
from server.cli.supervisor import supervise
from server.http_config import http_config
from server.metrics import open_metrics
from server.resources import open_resources
from server.secret_strength import require_secret
from server.settings import Settings
from server.telemetry.lines import Lines
from server.telemetry.logs import log_to_stderr
from server.telemetry.loop import watch_loop
from server.telemetry.telemetry import Telemetry
from server.telemetry.tracing import traced
from services.clients import note_deployment


def serve(
    workers: Annotated[
        int | None,
        typer.Option(
            help="Processes that share the port, each with a pool of its own. One that dies is replaced; SIGHUP "
            "replaces all, one by one. Default: REELGRAPH_SERVE_WORKERS.",
            min=1,
            max=64,
        ),
    ] = None,
    listen_fd: Annotated[int | None, typer.Option(hidden=True)] = None,
    wait: Annotated[bool, typer.Option("--wait", hidden=True)] = False,
) -> None:
    """Serve the API until told to stop (SIGTERM or Ctrl-C): what runs is finished first, unless told twice."""
    settings = load_settings()
    lines = log_to_stderr(settings)
    require_secret(settings)
    if listen_fd is not None:
        run(_serve(settings, lines, socket.socket(fileno=listen_fd), wait=wait))
        return
    require_free_port(settings)
    count = workers or settings.serve_workers
    run(_serve(settings, lines) if count == 1 else supervise(settings, count))


async def _serve(
    settings: Settings, lines: Lines, inherited: socket.socket | None = None, *, wait: bool = False
) -> None:
    stop = stop_signal()
    if inherited is not None:
        on_leash(stop)
        if wait:
            await stand_in(settings, inherited, stop)
        if stop.is_set():
            return
    async with (
        traced(settings, "reelgraph-server") as tracing,
        open_resources(settings) as resources,
        open_metrics(resources, is_one_of_several=inherited is not None) as metrics,
    ):
        await note_deployment(resources.database, sdl())
        app = create_app(settings, resources, Telemetry(settings, lines, tracing), metrics)
        _settle_memory()
        server = Server(http_config(app, settings, resources.admission, port=settings.port), inherited)
        serving = asyncio.create_task(server.serve(None if inherited is None else [inherited]))
        told, lag = asyncio.create_task(stop.wait()), asyncio.create_task(watch_loop())
        await asyncio.wait((serving, told), return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        lag.cancel()
        resources.stopping.announced.set()
        if not serving.done():
            await asyncio.sleep(settings.stop_delay_seconds)
        resources.stopping.begun.set()
        ends = asyncio.get_running_loop().time() + settings.stop_timeout_seconds
        await resources.job_events.close()  # streams would not end by themselves
        server.should_exit = True
        await serving
        # Mutations outlive their clients.
        await resources.admission.close(max(0, ends - asyncio.get_running_loop().time()))


def _settle_memory() -> None:
    """Have the collector leave alone what stays, and look less often for cycles, of which requests leave few."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    keep_freed_memory()


class Server(uvicorn.Server):
    """A server that leaves signals to us: uvicorn would end the process before what it holds is given back."""

    def __init__(self, config: uvicorn.Config, inherited: socket.socket | None) -> None:
        super().__init__(config)
        self._inherited = inherited

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so to the process that we belong to."""
        await super().startup(sockets)
        if self._inherited is not None:
            os.write(sys.stdout.fileno(), READY)

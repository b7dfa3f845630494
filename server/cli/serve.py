"""`reelgraph serve`: one process that answers the API."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from schema.schema import sdl
from server.allocator import keep_freed_memory
from server.app import create_app
from server.cli.options import load_settings, require_free_port
from server.cli.process import run, stop_signal
from server.connections import WebSocketProtocol
from server.health import Readiness
from server.metrics import open_metrics
from server.resources import open_resources
from server.secret_strength import require_secret
from server.settings import Settings
from server.straight import StraightProtocol
from server.telemetry.lines import Lines
from server.telemetry.logs import log_to_stderr
from server.telemetry.loop import watch_loop
from server.telemetry.telemetry import Telemetry
from server.telemetry.tracing import traced
from services.clients import note_deployment


def serve() -> None:
    """Serve the API until told to stop (SIGTERM or Ctrl-C)."""
    settings = load_settings()
    lines = log_to_stderr(settings)
    require_secret(settings)
    require_free_port(settings)
    run(_serve(settings, lines))


async def _serve(settings: Settings, lines: Lines) -> None:
    stop = stop_signal()
    async with (
        traced(settings, "reelgraph-server") as tracing,
        open_resources(settings) as resources,
        open_metrics(resources.database, is_one_of_several=False) as metrics,
    ):
        await note_deployment(resources.database, sdl())
        readiness = Readiness(resources)
        config = uvicorn.Config(
            create_app(settings, resources, Telemetry(settings, lines, tracing), readiness, metrics),
            host=settings.host,
            port=settings.port,
            http=StraightProtocol,
            ws=WebSocketProtocol,
            ws_max_size=settings.max_body_bytes,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
        _settle_memory()
        server = Server(config)
        serving = asyncio.create_task(server.serve())
        stopping, lag = asyncio.create_task(stop.wait()), asyncio.create_task(watch_loop())
        await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
        readiness.stopping = True
        stopping.cancel()
        lag.cancel()
        await resources.job_events.close()  # streams would not end by themselves
        server.should_exit = True
        await serving


def _settle_memory() -> None:
    """Have the collector leave alone what stays, and look less often for cycles, of which requests leave few."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    keep_freed_memory()


class Server(uvicorn.Server):
    """A server that leaves signals to us: uvicorn would end the process before what it holds is given back."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

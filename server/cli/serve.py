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
from server.cli.process import log_to_stderr, run, stop_signal
from server.connections import WebSocketProtocol
from server.resources import open_resources
from server.settings import Settings
from server.straight import StraightProtocol
from services.clients import note_deployment


def serve() -> None:
    """Serve the API until told to stop (SIGTERM or Ctrl-C)."""
    log_to_stderr()
    settings = load_settings()
    require_free_port(settings)
    run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stop = stop_signal()
    async with open_resources(settings) as resources:
        await note_deployment(resources.database, sdl())
        config = uvicorn.Config(
            create_app(settings, resources),
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
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
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

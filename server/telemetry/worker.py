"""A worker's metrics, on a port of their own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import start_http_server

from database.engine import Database
from database.errors import ReelgraphError
from server.settings import Settings
from server.telemetry.families import WORK
from server.telemetry.loop import watch_loop
from server.telemetry.registry import process_registry
from server.telemetry.statements import watch_database


@asynccontextmanager
async def worker_metrics(settings: Settings, database: Database) -> AsyncIterator[None]:
    """Count what a worker does, and serve it while the block runs, if the settings have a port for it.

    Raises `ReelgraphError` where that port can't be used. What the queue holds, servers tell.
    """
    watch_database(database)
    lag = asyncio.create_task(watch_loop())
    try:
        async with _served(settings, database):
            yield
    finally:
        lag.cancel()


@asynccontextmanager
async def _served(settings: Settings, database: Database) -> AsyncIterator[None]:
    port, host = settings.worker_metrics_port, settings.host
    if port is None:
        yield
        return
    try:
        server, thread = start_http_server(port, host, process_registry(database, WORK))
    except OSError as error:
        problem = f"Port {port} of {host} can't be used: {error.strerror}."
        raise ReelgraphError(problem, hint="Take another: REELGRAPH_WORKER_METRICS_PORT") from None
    try:
        yield
    finally:
        await asyncio.to_thread(server.shutdown)
        server.server_close()
        thread.join()

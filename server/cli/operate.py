"""`reelgraph serve`, `worker` and `migrate`: the processes of an installation."""

import asyncio
import gc
import logging
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
import uvicorn
import uvloop
from rich.console import Console

from database.migrate import current_revision, head_revision
from database.migrate import migrate as migrate_database
from processing.media import Limits
from processing.worker import work
from server.app import create_app
from server.cli.options import load_settings, require_free_port
from server.resources import open_database, open_resources
from server.settings import Settings

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def log_to_stderr() -> None:
    """Log what happens; libraries only where it matters."""
    logging.basicConfig(level=logging.WARNING, format=LOG_FORMAT)
    for name in ("server", "processing", "services", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.INFO)


def serve() -> None:
    """Serve the API until told to stop (SIGTERM or Ctrl-C)."""
    log_to_stderr()
    settings = load_settings()
    require_free_port(settings)
    _run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    _on_stop(stop.set)
    async with open_resources(settings) as resources:
        config = uvicorn.Config(
            create_app(settings, resources),
            host=settings.host,
            port=settings.port,
            http="httptools",
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
        server.should_exit = True
        await serving


def _settle_memory() -> None:
    """Have the collector leave alone what stays, and look less often for cycles, of which requests leave few."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


class Server(uvicorn.Server):
    """A server that leaves signals to us: uvicorn would end the process before what it holds is given back."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _on_stop(stop: Callable[[], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)


def _run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


def worker(
    concurrency: Annotated[
        int | None,
        typer.Option(help="Videos processed at a time. Default: REELGRAPH_WORKER_CONCURRENCY.", min=1, max=64),
    ] = None,
) -> None:
    """Process uploaded videos until told to stop (SIGTERM or Ctrl-C)."""
    log_to_stderr()
    settings = load_settings()
    _run(_work(settings, concurrency or settings.worker_concurrency))


async def _work(settings: Settings, concurrency: int) -> None:
    stop = asyncio.Event()
    _on_stop(stop.set)
    async with open_resources(settings) as resources:
        await work(
            resources.database,
            resources.storage,
            Limits(wall_seconds=settings.media_timeout_seconds),
            concurrency=concurrency,
            stop=stop,
        )


def migrate() -> None:
    """Bring the database to the schema that this version needs."""
    asyncio.run(_migrate(load_settings()))


async def _migrate(settings: Settings) -> None:
    console = Console(stderr=True)
    async with open_database(settings) as database:
        before = await current_revision(database.engine)
        with console.status("Migrating the database…"):
            await migrate_database(database.engine)
    if before == head_revision():
        console.print(f"The database is up to date (revision {before}).")
    else:
        console.print(f"Migrated the database from revision {before or 'none'} to {head_revision()}.")

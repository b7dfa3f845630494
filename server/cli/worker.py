"""`reelgraph worker`: one process that processes videos. It knows no GraphQL, and starts the quicker for it."""

from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Annotated

import typer

from processing.media import Limits
from processing.pipeline import Pipeline
from processing.worker import work
from server.cli.options import load_settings
from server.cli.process import run, stop_signal
from server.providers import open_providers
from server.secret_strength import require_secret
from server.settings import Settings
from server.stores import open_stores
from server.telemetry.jobs import JobWatch
from server.telemetry.logs import log_to_stderr
from server.telemetry.tracing import traced
from server.telemetry.worker import worker_metrics


def worker(
    concurrency: Annotated[
        int | None,
        typer.Option(help="Videos processed at a time. Default: REELGRAPH_WORKER_CONCURRENCY.", min=1, max=64),
    ] = None,
) -> None:
    """Process uploaded videos until told to stop (SIGTERM or Ctrl-C)."""
    settings = load_settings()
    log_to_stderr(settings)
    require_secret(settings)
    run(_work(settings, concurrency or settings.worker_concurrency))


async def _work(settings: Settings, concurrency: int) -> None:
    stop = stop_signal()
    async with (
        traced(settings, "reelgraph-worker"),
        open_stores(settings) as (database, storage),
        worker_metrics(settings, database),
        AsyncExitStack() as stack,
    ):
        providers = open_providers(settings)
        stack.push_async_callback(providers.close)
        limits = Limits(wall_seconds=settings.media_timeout_seconds)
        await work(
            Pipeline(database, storage, limits, providers, JobWatch()),
            concurrency=concurrency,
            stop=stop,
            heartbeat_timeout=timedelta(seconds=settings.worker_heartbeat_seconds),
            retry_delay=timedelta(seconds=settings.worker_retry_seconds),
            events_kept=timedelta(seconds=settings.events_kept_seconds),
        )

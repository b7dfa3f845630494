"""`reelgraph dev`: everything on one machine, in one terminal, until Ctrl-C."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from rich.console import Console

from database.errors import ReelgraphError
from database.migrate import migrate
from server.cli.options import load_settings, require_free_port, token_for
from server.client import Client
from server.demo.library import seed_demo_library
from server.own_documents import COUNT_VIDEOS
from server.resources import open_database
from server.settings import Settings

START_SECONDS = 30
STOP_SECONDS = 15

console = Console(stderr=True, highlight=False)


def dev() -> None:
    """Run database, server and worker with the demo library, until Ctrl-C."""
    settings = load_settings()
    require_free_port(settings)
    asyncio.run(_dev(settings))


async def _dev(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_database(settings, directly=True) as database:
        await migrate(database.engine)
        async with _process("serve") as server, _process("worker") as worker:
            ended = [asyncio.create_task(process.wait()) for process in (server, worker)]
            running = asyncio.create_task(_prepare(settings))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait([running, stopping, *ended], return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                await running
                await asyncio.wait([stopping, *ended], return_when=asyncio.FIRST_COMPLETED)
            for task in (running, stopping, *ended):
                task.cancel()
            if not stop.is_set():
                raise ReelgraphError("The server or the worker ended by itself.", hint="Its last lines above say why.")
            console.print("\nStopping…")


async def _prepare(settings: Settings) -> None:
    token = token_for(settings, None)
    await _until_ready(settings)
    async with Client(settings.local_url, token) as client:
        if (await client.graphql(COUNT_VIDEOS))["viewer"]["videoCount"] == 0:
            await seed_demo_library(client, console)
    console.print(f"\n[bold]GraphiQL[/bold]  {settings.base_url}/graphql  (signed in as the demo user)")
    console.print("[bold]Token[/bold]     for other clients, as Authorization: Bearer …")
    console.print(token, soft_wrap=True)
    console.print("\nCtrl-C stops everything; what you did is kept.")


async def _until_ready(settings: Settings) -> None:
    async with httpx.AsyncClient() as http:
        for _ in range(START_SECONDS * 10):
            try:
                if (await http.get(f"{settings.local_url}/readyz")).is_success:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.1)
    raise ReelgraphError(f"The server did not become ready within {START_SECONDS} seconds.")


@asynccontextmanager
async def _process(command: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server",
        command,
        env={**os.environ, "REELGRAPH_ENVIRONMENT": "development"},
        # Ctrl-C goes to us alone: we stop the processes in their order.
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()

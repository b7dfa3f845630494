"""Processes of an installation that one command runs: they are started, watched and stopped together."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import httpx

from database.errors import ReelgraphError
from server.cli.process import STOP_SIGNALS
from server.settings import Settings

START_SECONDS = 30
STOP_SECONDS = 15

# Processes by their names, as sentences begin with them.
Children: TypeAlias = Mapping[str, asyncio.subprocess.Process]


def stop_signal() -> asyncio.Event:
    """What is set when the command is told to stop, however often: what it runs must not be left behind."""
    stop = asyncio.Event()
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def quietly(settings: Settings) -> dict[str, str]:
    """What has processes log only what went wrong, unless the settings say how much: beside them a terminal is used."""
    return {} if "log_level" in settings.model_fields_set else {"REELGRAPH_LOG_LEVEL": "warning"}


@asynccontextmanager
async def child(command: str, **variables: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A command of ours that runs while the block does; variables are added to its environment."""
    async with program(sys.executable, "-m", "server", command, variables=variables) as process:
        yield process


@asynccontextmanager
async def program(
    *command: str, variables: Mapping[str, str], cwd: Path | None = None, stdout: int | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program that runs while the block does; variables are added to its environment."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, **variables},
        cwd=cwd,
        stdout=stdout,
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


async def until_stopped(stop: asyncio.Event, children: Children, prepare: Coroutine[Any, Any, None]) -> None:
    """Prepare what is to be prepared, and return when `stop` is set; raises `ReelgraphError` where a process ends."""
    ended = {asyncio.create_task(process.wait()): name for name, process in children.items()}
    running, stopping = asyncio.create_task(prepare), asyncio.create_task(stop.wait())
    await asyncio.wait([running, stopping, *ended], return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        await running
        await asyncio.wait([stopping, *ended], return_when=asyncio.FIRST_COMPLETED)
    by_themselves = [name for task, name in ended.items() if task.done()]
    for task in (running, stopping, *ended):
        task.cancel()
    if not stop.is_set():
        raise ReelgraphError(f"{by_themselves[0]} ended by itself.", hint="Its last lines above say why.")


async def until_ready(url: str, who: str = "The server") -> None:
    """Return when an address answers that it can serve."""
    async with httpx.AsyncClient() as http:
        for _ in range(START_SECONDS * 10):
            try:
                if (await http.get(url)).is_success:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.1)
    raise ReelgraphError(f"{who} did not become ready within {START_SECONDS} seconds.")

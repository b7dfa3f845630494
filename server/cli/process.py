"""What the processes of an installation have in common: they log, and they stop when they are told to."""

import asyncio
import logging
import signal
from collections.abc import Coroutine
from typing import Any

import uvloop

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def log_to_stderr() -> None:
    """Log what happens; libraries only where it matters."""
    logging.basicConfig(level=logging.WARNING, format=LOG_FORMAT)
    for name in ("server", "processing", "services", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.INFO)


def stop_signal() -> asyncio.Event:
    """What is set when the process is told to stop, by SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a process to its end."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)

"""What the processes of an installation have in common: they stop when they are told to."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

import uvloop


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

"""What the processes of an installation have in common: they stop when they are told to."""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from typing import Any

import uvloop

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# What a process that others belong to says to them through the pipe that is their standard input; and what they answer.
STOP, READY, WAITING = b"stop\n", b"ready\n", b"waiting\n"


def stop_signal() -> asyncio.Event:
    """What is set when the process is told to stop: by SIGTERM, Ctrl-C, or because its terminal is closed.

    The next signal ends it at once.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def told() -> None:
        stop.set()
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, told)
    return stop


def on_leash(stop: asyncio.Event) -> None:
    """Stop with the process that we belong to: when it says so or is gone; at once if it does not wait for the end."""
    loop = asyncio.get_running_loop()

    def told() -> None:
        if os.read(sys.stdin.fileno(), len(STOP)):
            stop.set()
        elif stop.is_set():
            os.kill(os.getpid(), signal.SIGKILL)
        else:
            loop.remove_reader(sys.stdin.fileno())
            stop.set()

    loop.add_reader(sys.stdin.fileno(), told)


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a process to its end."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)

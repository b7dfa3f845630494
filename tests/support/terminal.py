"""Commands as in a terminal: they run until Ctrl-C."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.processes import STOP_SECONDS

START_SECONDS = 90


@dataclass
class Terminal:
    """A command that is ready, and the lines that it has printed."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def read(self, until: str) -> None:
        """Wait for a line that begins so, or for the command's end."""
        watchdog = threading.Timer(START_SECONDS, self.process.kill)
        watchdog.start()
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip())
            if line.startswith(until):
                break
        watchdog.cancel()


@contextmanager
def in_terminal(
    *arguments: str, env: Mapping[str, str], stop: signal.Signals = signal.SIGINT, ends: int = 0
) -> Iterator[Terminal]:
    """A command until the block ends, and then Ctrl-C, unless it has ended; it must then answer `ends`."""
    command = [sys.executable, "-m", "server", *arguments]
    with subprocess.Popen(
        command, env={**os.environ, **env}, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        terminal = Terminal(process)
        terminal.read("Ctrl-C stops")
        assert process.poll() is None, terminal.lines
        try:
            yield terminal
        finally:
            if process.poll() is None:
                os.killpg(process.pid, stop)
        terminal.read("nothing that is printed")
        assert process.wait(STOP_SECONDS) == ends, terminal.lines
        assert not any("Traceback" in line for line in terminal.lines), terminal.lines

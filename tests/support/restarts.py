"""A PostgreSQL of a test's own, which is restarted while others use it."""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil

from database.embedded import embedded_postgres

STOPPED_SECONDS = 30

# What PostgreSQL calls its ways to shut down. After the second it recovers from its log, as after a power cut.
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT
# All of its processes, without a word.
KILL = signal.SIGKILL


class Restarts:
    """A running server; what was committed survives each restart."""

    def __init__(self, data: Path, stack: ExitStack) -> None:
        self._data = data
        self._stack = stack
        self.url = self._start()

    def restart(self, way: signal.Signals, *, away_seconds: float = 0) -> None:
        """Shut it down, and start it again some time later."""
        process = psutil.Process(int((self._data / "postgres/cluster/postmaster.pid").read_text().split()[0]))
        others = process.children() if way == KILL else []
        process.send_signal(way)
        for other in others:
            with suppress(psutil.NoSuchProcess):
                other.send_signal(way)
        process.wait(STOPPED_SECONDS)
        time.sleep(away_seconds)
        assert self._start() == self.url

    def _start(self) -> str:
        return self._stack.enter_context(embedded_postgres(self._data, durable=True))


@contextmanager
def restartable_postgres(data: Path) -> Iterator[Restarts]:
    """A server for as long as the block runs, in a folder that every user can pass through."""
    with ExitStack() as stack:
        yield Restarts(data, stack)

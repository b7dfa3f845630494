"""Workers to be killed: each the real command, in a process of its own."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import psutil

from tests.support.processes import STOP_SECONDS

READER = "processing.media.child"
GONE_SECONDS = 10


class Worker:
    """One worker, and the children that read videos for it."""

    def __init__(self, env: Mapping[str, str], concurrency: int) -> None:
        command = [sys.executable, "-m", "server", "worker", "--concurrency", str(concurrency)]
        self._process = psutil.Popen(command, env={**os.environ, **env})

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def readers(self) -> list[psutil.Process]:
        """Its children that read a video right now."""
        return [child for child in self._process.children() if _reads(child)]

    def kill(self) -> None:
        """End it by SIGKILL, as the kernel does when memory is short; who reads for it must then end as well."""
        assert self.is_alive, "it ended by itself"
        readers = self.readers()
        self._process.kill()
        self._process.wait()
        for reader in readers:
            resume(reader)  # one that was suspended before it had begun finds out when it does
        _, alive = psutil.wait_procs(readers, timeout=GONE_SECONDS)
        assert not alive, "somebody reads for a worker that is dead"

    def stop(self) -> None:
        """Tell it to stop, which it does by itself and without a fault, unless it has not even begun."""
        assert self.is_alive, "it ended by itself"
        self._process.terminate()
        assert self._process.wait(STOP_SECONDS) in {0, -signal.SIGTERM}

    def end(self) -> None:
        """Leave nothing of it, whatever has happened."""
        if self.is_alive:
            self._process.kill()
        self._process.wait()


class Workers:
    """The workers of one test."""

    def __init__(self, env: Mapping[str, str], concurrency: int) -> None:
        self.alive: list[Worker] = []
        self._env = env
        self._concurrency = concurrency

    def start(self) -> Worker:
        """One more."""
        worker = Worker(self._env, self._concurrency)
        self.alive.append(worker)
        return worker

    def kill(self, worker: Worker) -> None:
        """One less."""
        self.alive.remove(worker)
        worker.kill()

    def stop(self) -> None:
        """No more: each is told to stop, and does."""
        while self.alive:
            self.alive[-1].stop()
            self.alive.pop()


@contextmanager
def killable_workers(env: Mapping[str, str], *, concurrency: int = 1) -> Iterator[Workers]:
    """No workers yet; those that are started are stopped when the block ends."""
    workers = Workers(env, concurrency)
    try:
        yield workers
        workers.stop()
    finally:
        for worker in workers.alive:
            worker.end()


def readers_below(folder: str) -> list[psutil.Process]:
    """Everybody who reads a video in a folder, whoever started them."""
    return [process for process in psutil.process_iter() if _reads(process, folder)]


def suspend(reader: psutil.Process) -> None:
    """Have it go no further, if it is not just done."""
    with suppress(psutil.NoSuchProcess):
        reader.suspend()


def resume(reader: psutil.Process) -> None:
    """Have it go on, if it is still there."""
    with suppress(psutil.NoSuchProcess):
        reader.resume()


def _reads(process: psutil.Process, folder: str = "") -> bool:
    try:
        command = process.cmdline()
    except psutil.Error:  # it is gone, or about to be
        return False
    return READER in command and any(part.startswith(folder) for part in command)

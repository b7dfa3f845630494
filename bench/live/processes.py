"""Parts of the load as processes of their own, and the processor time that processes take."""

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Concatenate, ParamSpec

import psutil

from database.errors import ReelgraphError

P = ParamSpec("P")

# Not a fork: that would inherit our connections to the database.
CONTEXT = multiprocessing.get_context("spawn")
GRACE_SECONDS = 5


@dataclass(frozen=True)
class Part:
    """A process that does a part of the load, and our end of the pipe to it."""

    process: psutil.Process
    pipe: Connection

    def receive(self) -> Any:
        """The next thing it says; raises what it raised, or `ReelgraphError` if it died."""
        try:
            said = self.pipe.recv()
        except EOFError:
            raise ReelgraphError(f"The process {self.process.pid} of the load died.") from None
        if isinstance(said, Exception):
            raise said
        return said


@contextmanager
def part(work: Callable[Concatenate[Connection, P], Any], *args: P.args, **named: P.kwargs) -> Iterator[Part]:
    """Run a function, whose first parameter is its end of a pipe, in a process; the last thing said is its result.

    The process remains until the block ends, so that its processor time can be read.
    """
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_run, args=(theirs, work, args, named), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Part(psutil.Process(process.pid), ours)
    finally:
        ours.close()
        process.join(GRACE_SECONDS)
        process.kill()
        process.join()


def _run(pipe: Connection, work: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started us
    try:
        result = work(pipe, *args, **named)
    except Exception as error:
        result = error  # raised where somebody waits for the result
    try:
        pipe.send(result)
        pipe.poll(None)
    except OSError:
        pass  # nobody waits any more


def cpu_seconds(process: psutil.Process) -> float:
    """Processor time of a process and all it has started, also of those that have ended."""
    return sum(map(_own_seconds, [process, *process.children(recursive=True)]))


def _own_seconds(process: psutil.Process) -> float:
    """With that of the children that have ended, which Linux adds to their parent's."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)

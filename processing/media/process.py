"""Runs the child process that reads a file, and sees to its end whatever happens."""

import asyncio
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from processing.media.errors import MediaTimeoutError, UnreadableMediaError
from processing.media.limits import Limits
from processing.media.results import ExitStatus

LOG_BYTES = 4096
IMPORT_ROOT = Path(__file__).parents[2]
# The child gets nothing of ours: no secrets, no proxies, no preloaded libraries.
ENVIRONMENT = {"PYTHONPATH": str(IMPORT_ROOT), "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}

logger = logging.getLogger(__name__)


async def read_in_child(task: str, path: Path, limits: Limits, **arguments: float) -> bytes:
    """What the child's task makes of the file.

    Raises UnreadableMediaError, MediaTimeoutError, or RuntimeError if the child itself is broken.
    """
    order = json.dumps({"limits": asdict(limits), "parent": os.getpid(), "arguments": arguments})
    command = [sys.executable, "-m", "processing.media.child", task, str(path), order]
    status, output, log = await run(command, limits)
    if log:
        level = logging.INFO if status in {ExitStatus.RESULT, ExitStatus.UNREADABLE} else logging.WARNING
        logger.log(level, "%s of %s ended with status %d and said %r", task, path.name, status, log)
    return _result(status, output, limits)


async def run(command: Sequence[str], limits: Limits) -> tuple[int, bytes, str]:
    """Run the command: its exit status, its output (a byte too many if there is more than allowed) and its log.

    No process of its group is left when this returns, raises MediaTimeoutError or is cancelled.
    """
    process = await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env=ENVIRONMENT, start_new_session=True
    )
    try:
        async with asyncio.timeout(limits.wall_seconds):
            output, log = await _read_to_end(process, limits.output_bytes + 1)
            status = await process.wait()
    except TimeoutError:
        raise _too_slow(limits) from None
    finally:
        _kill_group(process)
        # asyncio complains about a pipe that was not read to its end.
        await _read_to_end(process, 0)
        await process.wait()
    return status, output, log.decode(errors="backslashreplace")


async def _read_to_end(process: Process, output_bytes: int) -> tuple[bytes, bytes]:
    """The beginnings of what the process writes to standard output and error until it closes them."""
    assert process.stdout is not None
    assert process.stderr is not None
    output, log = await asyncio.gather(_beginning(process.stdout, output_bytes), _beginning(process.stderr, LOG_BYTES))
    return output, log


async def _beginning(pipe: asyncio.StreamReader, size: int) -> bytes:
    kept = bytearray()
    while chunk := await pipe.read(2**16):
        kept += chunk[: size - len(kept)]
    return bytes(kept)


def _kill_group(process: Process) -> None:
    # Also when the child has ended: what it started may live on in its group.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _result(status: int, output: bytes, limits: Limits) -> bytes:
    if len(output) > limits.output_bytes:
        raise UnreadableMediaError("What there is to read in this video is too large.", "Upload a simpler version.")
    match status:
        case ExitStatus.RESULT:
            return output
        case ExitStatus.UNREADABLE:
            raise UnreadableMediaError(*json.loads(output))
        case ExitStatus.OUT_OF_MEMORY:
            mebibytes = limits.memory_bytes // 2**20
            message = f"This video needs more than the {mebibytes} MiB of memory there are for reading it."
            raise UnreadableMediaError(message, "Upload a version with a lower resolution or fewer tracks.")
        case _ if status == -signal.SIGXCPU:
            raise _too_slow(limits)
        case _ if status < 0 or status == ExitStatus.CRASHED:
            raise UnreadableMediaError("This video is damaged: the program that reads it fails.", "Export it again.")
        case _:
            raise RuntimeError(f"the media child did not work: it ended with status {status}, its log says why")


def _too_slow(limits: Limits) -> MediaTimeoutError:
    message = f"This video could not be read within {limits.wall_seconds:g} seconds."
    return MediaTimeoutError(message, "Upload a shorter version or one with a lower resolution.")

"""The process that reads one untrusted file: `python -m processing.media.child <task> <file> <order>`.

The result goes to standard output, what FFmpeg and Python complain of to standard error, and the exit status is one
of `ExitStatus`.
"""

import json
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import av.logging

from processing.media.audio import read_sound
from processing.media.errors import UnreadableMediaError
from processing.media.facts import read_facts, read_probe
from processing.media.limits import Limits, confine, die_with
from processing.media.picture import read_thumbnail
from processing.media.results import ExitStatus
from processing.media.subtitle_tracks import read_subtitles


def _probe(path: Path) -> bytes:
    return json.dumps(asdict(read_probe(path))).encode()


def _facts(path: Path) -> bytes:
    return json.dumps(asdict(read_facts(path))).encode()


TASKS: dict[str, Callable[..., bytes]] = {
    "probe": _probe,
    "thumbnail": read_thumbnail,
    "subtitles": read_subtitles,
    "facts": _facts,
    "sound": read_sound,
}


def main(task: str, file: str, order: str) -> ExitStatus:
    """Do the task under the order's limits, write its output and return the exit status."""
    path, parsed = Path(file).absolute(), json.loads(order)
    die_with(parsed["parent"])
    path.open("rb").close()  # no fault of the file if it is not there, so outside of what is caught
    av.logging.restore_default_callback()
    av.logging.set_libav_level(av.logging.ERROR)
    # Only now: what FFmpeg needs to load is not the file's fault.
    confine(Limits(**parsed["limits"]))
    output, status = _do(task, path, parsed["arguments"])
    sys.stdout.buffer.write(output)
    return status


def _do(task: str, path: Path, arguments: dict[str, float]) -> tuple[bytes, ExitStatus]:
    try:
        return TASKS[task](path, **arguments), ExitStatus.RESULT
    except UnreadableMediaError as error:
        return json.dumps([str(error), error.hint]).encode(), ExitStatus.UNREADABLE
    except MemoryError:
        return b"", ExitStatus.OUT_OF_MEMORY
    except Exception:  # hostile data makes any call fail in any way
        traceback.print_exc()
        return b"", ExitStatus.CRASHED


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

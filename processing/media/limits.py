"""How much one file may cost, and the hold the operating system keeps on the child that reads it."""

import ctypes
import math
import os
import resource
import signal
import sys
from dataclasses import dataclass

MIB = 1024**2
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost.

    `wall_seconds` counts from the start of the child, `memory_bytes` is its whole address space (140 MiB of it are
    Python and FFmpeg, an 8K picture takes up to 600 more), `cpu_seconds` is the wall time unless given, and
    `output_bytes` bounds the result.
    """

    wall_seconds: float
    memory_bytes: int = 2048 * MIB
    cpu_seconds: int | None = None
    output_bytes: int = 4 * MIB


def confine(limits: Limits) -> None:
    """Put this process under the limits for good: it cannot raise them again."""
    cpu_seconds = limits.cpu_seconds or math.ceil(limits.wall_seconds)
    # The soft limit says why by SIGXCPU; the hard one, a second later, cannot be ignored.
    _lower(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_NOFILE, 16)
    if sys.platform == "linux":  # other kernels refuse an address space below what is already mapped, or ignore it
        _lower(resource.RLIMIT_AS, limits.memory_bytes)
        _lower(resource.RLIMIT_NPROC, 0)


def _lower(kind: int, soft: int, hard: int | None = None) -> None:
    _, ceiling = resource.getrlimit(kind)
    wanted = soft if hard is None else hard
    allowed = wanted if ceiling == resource.RLIM_INFINITY else min(wanted, ceiling)
    resource.setrlimit(kind, (min(soft, allowed), allowed))


def die_with(parent: int) -> None:
    """Have the kernel kill this process when `parent`, the process that started it, is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the kernel was told
        sys.exit("the worker is gone")

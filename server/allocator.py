"""How this process asks the system for memory."""

import ctypes

# Parameters of glibc's mallopt, by malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
MIB = 1024 * 1024


def keep_freed_memory() -> None:
    """Have glibc keep a few MiB that are freed, for the next who asks; elsewhere nothing is done.

    By itself it gives larger blocks back at once. An upload frees some for each 256 KiB it receives, and having them
    paged in again took two thirds of the processor time of receiving.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, MIB)
        mallopt(M_TRIM_THRESHOLD, 8 * MIB)

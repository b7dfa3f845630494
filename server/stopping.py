"""How a process ends: it says so first, that nobody sends it anything new, and then finishes what runs."""

import asyncio


class Stopping:
    """`announced` is set when the process is told to stop, `begun` when it takes nothing new any more."""

    def __init__(self) -> None:
        self.announced = asyncio.Event()
        self.begun = asyncio.Event()

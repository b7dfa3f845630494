"""How late the event loop is: who computes for long in it has everybody else wait."""

import asyncio

from server.telemetry.families import LOOP_LAG

EVERY_SECONDS = 0.5


async def watch_loop() -> None:
    """Look twice a second, for ever."""
    now = asyncio.get_running_loop().time
    while True:
        due = now() + EVERY_SECONDS
        await asyncio.sleep(EVERY_SECONDS)
        LOOP_LAG.observe(max(now() - due, 0))

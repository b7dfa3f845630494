"""How many statements a request costs, as PostgreSQL logs them: every round trip counts, BEGIN and ROLLBACK too."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.contract import OPERATIONS
from bench.place import Place
from bench.running import Running, send
from database.errors import ReelgraphError

REQUESTS = 20
LOGGED = re.compile(rb"LOG:  (?:execute |statement: )")
SETTINGS = {"log_statement": "all", "log_parameter_max_length": "0"}


@asynccontextmanager
async def logging_statements(place: Place) -> AsyncIterator[None]:
    """Have PostgreSQL log every statement for as long as the block runs."""
    try:
        await place.fetch(*(f"ALTER SYSTEM SET {name} = '{value}'" for name, value in SETTINGS.items()))
        await _reload(place, "all")
        yield
    finally:
        await place.fetch(*(f"ALTER SYSTEM RESET {name}" for name in SETTINGS))
        await _reload(place, "none")


def statements_per_request(running: Running, place: Place, keys: list[str]) -> dict[str, float]:
    """Statements that a request of each operation costs, while they are logged and nobody else asks anything."""
    counts = {}
    for operation in OPERATIONS:
        requests = running.server.ask(place, operation, keys)
        # What is prepared when a connection is first used is no cost of a request.
        for turn in range(REQUESTS):
            send(running.url, requests[turn % len(requests)])
        before = _logged(place.database_log)
        for turn in range(REQUESTS):
            send(running.url, requests[turn % len(requests)])
        counts[operation] = (_logged(place.database_log) - before) / REQUESTS
    return counts


def _logged(log: Path) -> int:
    return len(LOGGED.findall(log.read_bytes()))


async def _reload(place: Place, expected: str) -> None:
    """Have the servers' connections take up the settings, which they do before their next statement."""
    await place.fetch("SELECT pg_reload_conf()")
    for _ in range(100):
        if await place.fetch("SHOW log_statement") == [[expected]]:
            return
        await asyncio.sleep(0.05)
    raise ReelgraphError("PostgreSQL does not take up its settings.")

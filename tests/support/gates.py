"""Gates: a stage of processing is held at its very end, when its result is stored and not yet written down."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from database.engine import Database
from database.video_job import StageName

GATE = 0x67617465  # any number that nobody else locks
REACHED_SECONDS = 60

FUNCTION = f"""
CREATE OR REPLACE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({GATE}, TG_ARGV[0]::int);
    RETURN NEW;
END $$
"""
TRIGGER = """
CREATE OR REPLACE TRIGGER wait_at_gate_{number} BEFORE UPDATE ON video_jobs FOR EACH ROW
WHEN (OLD.processing_stages #>> '{{{number},status}}' = 'RUNNING'
    AND NEW.processing_stages #>> '{{{number},status}}' IN ('DONE', 'SKIPPED'))
EXECUTE FUNCTION wait_at_gate({number})
"""
WAITING = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND (classid, objid) = ($1, $2) AND NOT granted"


class Gate:
    """Where everybody waits who would end a stage."""

    def __init__(self, connection: asyncpg.Connection, number: int) -> None:
        self._connection = connection
        self._number = number

    async def is_reached(self) -> bool:
        """Whether somebody waits."""
        return bool(await self._connection.fetch(WAITING, GATE, self._number))

    async def open(self) -> None:
        """Let everybody pass from now on."""
        await self._connection.execute("SELECT pg_advisory_unlock($1, $2)", GATE, self._number)

    async def reached(self) -> None:
        """Return when somebody waits."""
        async with asyncio.timeout(REACHED_SECONDS):
            while not await self.is_reached():
                await asyncio.sleep(0.02)


@asynccontextmanager
async def gate(database: Database, name: StageName) -> AsyncIterator[Gate]:
    """No job gets past the stage while the block runs."""
    number = list(StageName).index(name)
    connection = await asyncpg.connect(database.dsn)
    try:
        await connection.execute(FUNCTION)
        await connection.execute(TRIGGER.format(number=number))
        await connection.execute("SELECT pg_advisory_lock($1, $2)", GATE, number)
        yield Gate(connection, number)
    finally:
        await connection.close()  # the lock ends with it

"""The contract that servers answer by, for who is about to change it."""

from sqlalchemy import func, select

from database.deployed_schema import DeployedSchema
from database.engine import Database

DEPLOYMENT_LOCK = 0x53444C  # any number that others do not lock


async def note_deployment(database: Database, sdl: str) -> bool:
    """Note that a server answers by this contract from now on. False where the newest that is noted is the same."""
    async with database.transaction() as session:
        # Processes start together; one of them notes it.
        await session.execute(select(func.pg_advisory_xact_lock(DEPLOYMENT_LOCK)))
        newest = await session.scalar(select(DeployedSchema.sdl).order_by(DeployedSchema.id.desc()).limit(1))
        if newest == sdl:
            return False
        session.add(DeployedSchema(sdl=sdl))
        return True


async def deployed_sdl(database: Database) -> str | None:
    """The contract that servers answer by; None where none has started on this database."""
    async with database.transaction() as session:
        return await session.scalar(select(DeployedSchema.sdl).order_by(DeployedSchema.id.desc()).limit(1))

"""What is done to whole databases."""

import asyncpg
from sqlalchemy import make_url, text

from database.engine import Database


async def administer(url: str, statement: str) -> None:
    """Run a statement that no transaction may hold."""
    address = make_url(url).set(drivername="postgresql", database="postgres")
    connection = await asyncpg.connect(address.render_as_string(hide_password=False))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def connections_to(database: Database) -> int:
    """How many connections there are to a database, whoever has them."""
    count = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    async with database.transaction() as session:
        return int((await session.scalars(count)).one())

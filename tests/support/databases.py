"""What is done to whole databases."""

import asyncpg
from sqlalchemy import make_url


async def administer(url: str, statement: str) -> None:
    """Run a statement that no transaction may hold."""
    address = make_url(url).set(drivername="postgresql", database="postgres")
    connection = await asyncpg.connect(address.render_as_string(hide_password=False))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()

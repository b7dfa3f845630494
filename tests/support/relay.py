"""A TCP port of this machine that leads to a PostgreSQL on a socket, for users who may not enter its folder."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import make_url


@asynccontextmanager
async def by_tcp(url: str) -> AsyncIterator[str]:
    """The same database's URL by way of 127.0.0.1."""
    address = make_url(url)
    socket = f"{address.query['host']}/.s.PGSQL.{address.query.get('port', '5432')}"

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, questions = await asyncio.open_unix_connection(socket)
        async with asyncio.TaskGroup() as both:
            both.create_task(_pass_on(reader, questions))
            both.create_task(_pass_on(answers, writer))

    server = await asyncio.start_server(connected, "127.0.0.1")
    async with server:
        port = server.sockets[0].getsockname()[1]
        there = address.set(drivername="postgresql", host="127.0.0.1", port=port, query={})
        yield there.render_as_string(hide_password=False)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while read := await reader.read(65536):
            writer.write(read)
            await writer.drain()
    writer.close()

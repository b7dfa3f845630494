"""What stands in on a port for a server whose database is away, so that whoever comes is told at once."""

import asyncio
import os
import socket
import sys

from database.engine import UnreachableDatabaseError
from server.answers import to_json
from server.cli.process import WAITING
from server.refusals import UnavailableError
from server.settings import Settings
from server.stores import open_database

RETRY_SECONDS = 0.5
# How long a client may take for the head of its request, and how large that may be.
HEAD_SECONDS = 5
LARGEST_HEAD = 64 * 1024


async def stand_in(settings: Settings, listener: socket.socket, stop: asyncio.Event) -> None:
    """Answer 503 on a listening socket, which stays open, until the database is there or `stop` is set."""
    told = False
    # Another handle of the same socket: the server closes the one it has.
    server = await asyncio.start_server(_refuse, sock=listener.dup(), limit=LARGEST_HEAD, start_serving=False)
    try:
        while not stop.is_set():
            try:
                async with open_database(settings, directly=True):
                    return
            except UnreachableDatabaseError:
                await server.start_serving()
                if not told:
                    os.write(sys.stdout.fileno(), WAITING)
                    told = True
                await asyncio.sleep(RETRY_SECONDS)
    finally:
        server.close()


async def _refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    refused = UnavailableError("The database can't be reached at the moment. Nothing was done: send it again later.")
    content = to_json(refused.body)
    headers = [*refused.headers, (b"content-type", b"application/json; charset=utf-8"), (b"connection", b"close")]
    headers.append((b"content-length", str(len(content)).encode()))
    try:
        async with asyncio.timeout(HEAD_SECONDS):
            await reader.readuntil(b"\r\n\r\n")
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\n%b\r\n%b" % (lines, content))
        await writer.drain()
    except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass  # it asks nothing, or does not listen
    finally:
        writer.close()

"""A way to a server on which connections are lost in the middle of uploads."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

READ_BYTES = 256 * 1024
UPLOADS = (b"PUT /uploads/", b"PATCH /uploads/")


@dataclass
class CuttingProxy:
    """Loses the connections of as many uploads as there are `cuts`, each after so many bytes.

    `by_server`: they stand still there, and are lost when the server ends them.
    """

    to_port: int
    cuts: list[int]
    by_server: bool
    port: int = 0
    # The methods of the uploads that came by.
    uploads: list[str] = field(default_factory=list)
    # Set when the first connection is lost or stands still.
    has_cut: asyncio.Event = field(default_factory=asyncio.Event)
    _connections: list[asyncio.Task[None]] = field(default_factory=list)

    async def connect(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        """Serve a client until it goes, or this proxy ends."""
        self._connections.append(asyncio.create_task(self._pass_on(client, to_client)))

    async def close(self) -> None:
        """End all connections."""
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _pass_on(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        try:
            server, to_server = await asyncio.open_connection("127.0.0.1", self.to_port)
        except ConnectionError:
            to_client.transport.abort()
            return
        asking = asyncio.create_task(self._ask(client, to_server))
        answering = asyncio.create_task(_copy(server, to_client))
        try:
            await asyncio.wait({asking, answering}, return_when=asyncio.FIRST_COMPLETED)
            if asking.done() and self.has_cut.is_set() and self.by_server:
                await asyncio.wait({answering})
        finally:
            for task in (asking, answering):
                task.cancel()
            for writer in (to_client, to_server):
                writer.transport.abort()
            await asyncio.wait({asking, answering})

    async def _ask(self, client: asyncio.StreamReader, to_server: asyncio.StreamWriter) -> None:
        """Pass on what a client sends, until it ends, or is to be cut."""
        most = math.inf
        while most > 0 and (block := await client.read(READ_BYTES)):
            # A request begins a block, because its client has waited for the answer to the one before.
            if block.startswith(UPLOADS):
                self.uploads.append(block.partition(b" ")[0].decode())
                most = self.cuts.pop(0) if self.cuts else math.inf
            to_server.write(block)
            await to_server.drain()
            most -= len(block)
        if most <= 0:
            self.has_cut.set()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while block := await reader.read(READ_BYTES):
            writer.write(block)
            await writer.drain()


@asynccontextmanager
async def cutting_proxy(to_port: int, *cuts: int, by_server: bool = False) -> AsyncIterator[CuttingProxy]:
    """Listens while the block runs."""
    proxy = CuttingProxy(to_port, list(cuts), by_server)
    server = await asyncio.start_server(proxy.connect, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    async with server:
        yield proxy
        await proxy.close()

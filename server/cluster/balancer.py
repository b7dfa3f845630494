"""One address for several servers: connections are passed to them in turn, byte by byte."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

logger = logging.getLogger(__name__)

PASSED_BYTES = 256 * 1024


class Balancer:
    """Passes connections on to servers on this machine, each to the next that takes it."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = list(ports)
        self._turn = 0
        self._passing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[None]:
        """Listen while the block runs; what is being passed then is cut off."""
        server = await asyncio.start_server(self._accept, host, port)
        try:
            yield
        finally:
            server.close()
            for task in self._passing:
                task.cancel()
            if self._passing:
                await asyncio.wait(self._passing)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._passing.add(task)
        try:
            await self._pass(reader, writer)
        except asyncio.CancelledError:
            pass  # asyncio would log it as if something had gone wrong
        finally:
            self._passing.discard(task)
            writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served = await self._connect()
        if served is None:
            return
        there, back = served
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_pour(reader, back))
                tasks.create_task(_pour(there, writer))
        except* OSError:
            pass  # one of them has left without a word, and so does the other now
        finally:
            back.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """A connection to the server whose turn it is, or to the next that listens."""
        for _ in self._ports:
            self._turn = (self._turn + 1) % len(self._ports)
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", self._ports[self._turn])
        logger.warning("no server takes connections")
        return None


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes, and that nothing more will."""
    while data := await reader.read(PASSED_BYTES):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()

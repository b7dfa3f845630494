"""A TCP balancer: connections go to the next server that takes them. It knows nothing of what they carry."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

CHUNK_BYTES = 64 * 1024


class Balancer:
    """Hands connections to servers on other ports of this machine, in turn."""

    def __init__(self, backends: Iterable[int]) -> None:
        self._backends = deque(backends)
        self._running: set[asyncio.Task[None]] = set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry what comes to a server and back, until either closes. Where no server listens, hang up."""
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            backend = await self._connected()
            if backend is not None:
                await self._join((reader, writer), backend)
        finally:
            writer.transport.abort()
            self._running.discard(task)

    async def close(self) -> None:
        """Cut every connection."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in range(len(self._backends)):
            port = self._backends[0]
            self._backends.rotate(-1)
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        return None

    @staticmethod
    async def _join(
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        backend: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        ways = [(client[0], backend[1]), (backend[0], client[1])]
        tasks = [asyncio.create_task(_carry(*way)) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with suppress(OSError):
                await client[1].drain()
            backend[1].transport.abort()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def balancer(port: int, backends: Iterable[int]) -> AsyncIterator[None]:
    """A balancer on a port, for as long as the block runs."""
    balancer = Balancer(backends)
    async with await asyncio.start_server(balancer.take, "127.0.0.1", port):
        yield
        await balancer.close()

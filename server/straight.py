"""Bodies straight from their sockets: threads move them to where they go, and the event loop is free for others."""

import asyncio
import os
import select
import socket
from collections.abc import AsyncGenerator, Callable
from threading import Lock

from starlette.requests import ClientDisconnect
from starlette.types import Scope

from server.connections import CuttableProtocol

# The entry of a scope's `state` that hands over its connection.
TAKE_OVER = "reelgraph.take_over"
BUFFER_BYTES = 1024 * 1024
# What a thread moves before it is others' turn.
TURN_BYTES = 64 * 1024 * 1024
# How long it waits for more, rather than have the loop wait.
PATIENCE_SECONDS = 0.005

Write = Callable[[memoryview], object]
Pour = Callable[[Write], int]


class StraightProtocol(CuttableProtocol):
    """A connection whose request can read the rest of its body from the socket, past the protocol."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Tell each request how."""
        self.app_state = {**self.app_state, TAKE_OVER: self._take_over}
        super().connection_made(transport)

    def _take_over(self, scope: Scope) -> tuple[bytes, socket.socket] | None:
        """What has come of a request's body, and the socket that nobody else reads any more.

        None where all of it has come, or it is not to be had as it is. The protocol does not learn that the body ends,
        so the answer must close the connection.
        """
        names = {name for name, _ in scope["headers"]}
        if self.cycle.scope is not scope or not self.cycle.more_body or self.scheme != "http":
            return None
        if b"content-length" not in names or b"transfer-encoding" in names:
            return None
        self.flow.pause_reading()
        if self.cycle.waiting_for_100_continue:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.cycle.waiting_for_100_continue = False
        come, self.cycle.body = bytes(self.cycle.body), bytearray()
        return come, socket.socket(fileno=os.dup(self.transport.get_extra_info("socket").fileno()))


class StraightBody:
    """The rest of a body: `left` bytes that are still to come on a socket."""

    def __init__(self, connection: socket.socket, left: int) -> None:
        self.left = left
        self._connection = connection
        self._connection.setblocking(False)
        self._lock = Lock()

    async def pours(self, stall_seconds: float) -> AsyncGenerator[Pour]:
        """Yields, whenever something has come, the function that moves it, for a thread to call.

        Raises TimeoutError when nothing comes for `stall_seconds`.
        """
        while self.left:
            await asyncio.wait_for(self._readable(), stall_seconds)
            yield self.pour

    async def _readable(self) -> None:
        loop, readable = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._connection.fileno(), readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(self._connection.fileno())

    def pour(self, write: Write) -> int:
        """Hand what has come to `write`, piece by piece; returns how many bytes. Raises ClientDisconnect."""
        with self._lock:
            buffer = memoryview(bytearray(BUFFER_BYTES))
            before = self.left
            while self.left and before - self.left < TURN_BYTES and self._has_come():
                count = self._receive(buffer[: self.left])
                write(buffer[:count])
                self.left -= count
            return before - self.left

    def _has_come(self) -> bool:
        return bool(select.select([self._connection], [], [], PATIENCE_SECONDS)[0])

    def _receive(self, buffer: memoryview) -> int:
        try:
            count = self._connection.recv_into(buffer)
        except ConnectionError:
            count = 0
        if count == 0:
            raise ClientDisconnect
        return count

    def close(self) -> None:
        """Leave the socket to the protocol, which closes it; waits for a thread that is at it, for moments."""
        with self._lock:
            self._connection.close()

"""Bodies straight from their sockets: threads move them to where they go, and the event loop is free for others."""

import asyncio
import fcntl
import os
import select
import socket
from collections.abc import AsyncGenerator
from contextlib import suppress
from functools import cached_property
from threading import Lock

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from server.gate import GatedProtocol
from services.storage.draft import Draft
from services.storage.draft_writer import Piece

# The entry of a scope's `state` that hands over its connection.
TAKE_OVER = "reelgraph.take_over"
# The most that goes through a pipe, or a buffer, at a time.
PASSED_BYTES = 1024 * 1024
# What a thread moves before it is others' turn.
TURN_BYTES = 64 * 1024 * 1024
# How long it waits for more, rather than have the loop wait.
PATIENCE_MS = 5


class StraightProtocol(GatedProtocol):
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
        if self.transport.is_closing():  # the client has gone already, and its socket with it
            return None
        if b"content-length" not in names or b"transfer-encoding" in names:
            return None
        self.flow.pause_reading()
        if self.cycle.waiting_for_100_continue:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.cycle.waiting_for_100_continue = False
        come, self.cycle.body = bytes(self.cycle.body), bytearray()
        return come, socket.socket(fileno=os.dup(self.transport.get_extra_info("socket").fileno()))


def take_over(scope: Scope) -> "StraightBody | None":
    """A request's body, if its server gives it away."""
    taken = scope.get("state", {}).get(TAKE_OVER, lambda _: None)(scope)
    return taken and StraightBody(*taken, size_bytes=int(Headers(scope=scope)["content-length"]))


class StraightBody:
    """A body of which `come` is there, and the rest is still to come on a socket."""

    def __init__(self, come: bytes, connection: socket.socket, *, size_bytes: int) -> None:
        self._come = come
        self._left = size_bytes - len(come)
        self._connection = connection
        self._connection.setblocking(False)
        self._arrival = select.poll()
        self._arrival.register(self._connection, select.POLLIN)
        self._passage = Pipe() if hasattr(os, "splice") else Buffer()
        self._lock = Lock()

    async def pieces(self) -> AsyncGenerator[Piece]:
        """Yields what is there, and then, whenever more has come, the function that moves it, for a thread to call."""
        try:
            yield self._come
            while self._left:
                await self._readable()
                yield self._pour
        finally:
            # The protocol closes the connection; waits for a thread that is at it, for moments.
            with self._lock:
                self._connection.close()
                self._passage.close()

    async def _readable(self) -> None:
        loop, readable = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._connection.fileno(), readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(self._connection.fileno())

    def _pour(self, draft: Draft | None) -> int:
        before = self._left
        with self._lock:
            while self._left and before - self._left < TURN_BYTES and self._arrival.poll(PATIENCE_MS):
                self._left -= self._move(draft)
        return before - self._left

    def _move(self, draft: Draft | None) -> int:
        try:
            count = self._passage.move(self._connection, min(self._left, PASSED_BYTES), draft)
        except ConnectionError:
            count = 0
        if count == 0:
            raise ClientDisconnect
        return count


class Buffer:
    """A way from a socket to a file through our memory."""

    @cached_property
    def _buffer(self) -> memoryview:
        return memoryview(bytearray(PASSED_BYTES))

    def move(self, connection: socket.socket, most: int, draft: Draft | None) -> int:
        """Move some bytes that have come, if there is a draft, into it; returns how many, 0 where there are no more."""
        count = connection.recv_into(self._buffer[:most])
        if draft is not None:
            draft.write([self._buffer[:count]])
        return count

    def close(self) -> None:
        """Nothing is to be given back."""


class Pipe(Buffer):
    """A way past our memory: Linux hands over the pages."""

    def __init__(self) -> None:
        self._out, self._in = os.pipe()
        with suppress(OSError):  # this user may have no more than small ones
            fcntl.fcntl(self._in, fcntl.F_SETPIPE_SZ, PASSED_BYTES)

    def move(self, connection: socket.socket, most: int, draft: Draft | None) -> int:
        """Move as `Buffer` does."""
        if draft is None:
            return super().move(connection, most, draft)
        count = os.splice(connection.fileno(), self._in, most, flags=os.SPLICE_F_NONBLOCK)
        draft.splice(self._out, count)
        return count

    def close(self) -> None:
        """Close both ends."""
        os.close(self._out)
        os.close(self._in)

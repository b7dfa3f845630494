"""Connections that can be cut. One that is closed stays until its client has read what was sent, be it for ever."""

import asyncio

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# The entry of a scope's `state` that cuts its connection.
CUT = "reelgraph.cut"
# The most that a request may have beside its body: line, headers, trailers and what surrounds chunks.
LARGEST_HEAD = 64 * 1024
TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 47\r\nconnection: close\r\n\r\nThe request's headers are larger than 64 KiB.\r\n"
)


def cut(scope: Scope) -> None:
    """End a request's connection at once; what its client has not read is lost."""
    scope["state"][CUT]()


class CuttableProtocol(HttpToolsProtocol):
    """A connection that its requests can cut, and the WebSocket that it may become.

    Without a limit here, headers without end would fill the memory: the parser keeps them, however many.
    """

    _beside_bodies = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Tell each request how."""
        self.app_state = {**self.app_state, CUT: transport.abort}
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Take what has come, unless it is too much without a request or a piece of a body in it."""
        self._beside_bodies += len(data)
        super().data_received(data)
        if self._beside_bodies > LARGEST_HEAD and not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def on_headers_complete(self) -> None:
        """A request is there."""
        self._beside_bodies = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of a request's body is there."""
        self._beside_bodies = 0
        super().on_body(body)

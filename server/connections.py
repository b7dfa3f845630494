"""Connections that can be cut. One that is closed stays until its client has read what was sent, be it for ever."""

import asyncio

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# The entry of a scope's `state` that cuts its connection.
CUT = "reelgraph.cut"
# How long a connection without a request is kept when the server stops: one may be on its way.
LINGER_SECONDS = 0.3


def cut(scope: Scope) -> None:
    """End a request's connection at once; what its client has not read is lost."""
    scope["state"][CUT]()


class CuttableProtocol(HttpToolsProtocol):
    """A connection that its requests can cut, and the WebSocket that it may become."""

    _is_last = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Tell each request how."""
        self.app_state = {**self.app_state, CUT: transport.abort}
        super().connection_made(transport)

    def shutdown(self) -> None:
        """Close when the request that is here, or on its way, is answered."""
        self._is_last = True
        if self._is_idle():
            self.loop.call_later(LINGER_SECONDS, self._close_idle)
        else:
            self.cycle.keep_alive = False

    def on_headers_complete(self) -> None:
        """Begin with a request; when the server stops, it is the connection's last."""
        super().on_headers_complete()
        if self._is_last and self.cycle is not None:
            self.cycle.keep_alive = False

    def _close_idle(self) -> None:
        if self._is_idle():
            self.transport.close()

    def _is_idle(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # none before the first request
        return cycle is None or cycle.response_complete


class OwnWebSocketProtocol(WebSocketsSansIOProtocol):
    """A WebSocket that the application closes when the server stops, once what runs on it is done."""

    def shutdown(self) -> None:
        """Close what is no open WebSocket."""
        if not self.handshake_complete or self.close_sent:
            super().shutdown()

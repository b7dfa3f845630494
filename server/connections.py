"""Connections that can be cut. One that is closed stays until its client has read what was sent, be it for ever."""

import asyncio

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# The entry of a scope's `state` that cuts its connection.
CUT = "reelgraph.cut"


def cut(scope: Scope) -> None:
    """End a request's connection at once; what its client has not read is lost."""
    scope["state"][CUT]()


class CuttableProtocol(HttpToolsProtocol):
    """A connection that its requests can cut, and the WebSocket that it may become."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Tell each request how."""
        self.app_state = {**self.app_state, CUT: transport.abort}
        super().connection_made(transport)

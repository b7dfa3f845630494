"""Connections that can be cut. One that is closed stays until its client has read what was sent, be it for ever."""

import asyncio
from http import HTTPStatus
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import Scope
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# The entry of a scope's `state` that cuts its connection.
CUT = "reelgraph.cut"
# The most that a request may have beside its body: line, headers, trailers and what surrounds chunks.
LARGEST_HEAD = 64 * 1024
# Of what could not be understood; its answer needs no more of it.
SCOPE: Any = {"type": "http", "method": "GET", "path": "", "headers": []}
# How long a connection without a request is kept when the server stops: one may be on its way.
LINGER_SECONDS = 0.3


def cut(scope: Scope) -> None:
    """End a request's connection at once; what its client has not read is lost."""
    scope["state"][CUT]()


class CuttableProtocol(HttpToolsProtocol):
    """A connection that its requests can cut, and the WebSocket that it may become.

    Beyond that it does what uvicorn's does not. Headers have a limit: the parser keeps them, however many. What can't
    be understood is refused in its turn, after the answers to what came before it, and nothing is written to
    connections that are gone, whichever of their requests is being answered.
    """

    _beside_bodies = 0
    _is_refused = False
    _running: RequestResponseCycle | None = None
    _is_last = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Tell each request how."""
        self.app_state = {**self.app_state, CUT: transport.abort}
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever is answering that nobody listens any more."""
        if self._running is not None and not self._running.response_complete:
            self._leave(self._running)
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come, unless it is too much without a request or a piece of a body in it."""
        if self._is_refused:
            return
        self._beside_bodies += len(data)
        super().data_received(data)
        if self._beside_bodies > LARGEST_HEAD and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"Headers have more than {LARGEST_HEAD:,} bytes.")

    def on_headers_complete(self) -> None:
        """A request is there; when the server stops, it is the connection's last."""
        self._beside_bodies = 0
        super().on_headers_complete()
        if self._is_last and self.cycle is not None:
            self.cycle.keep_alive = False

    def shutdown(self) -> None:
        """Close when the request that is here, or on its way, is answered."""
        self._is_last = True
        if self._is_idle():
            self.loop.call_later(LINGER_SECONDS, self._close_idle)
        else:
            self.cycle.keep_alive = False

    def _close_idle(self) -> None:
        if self._is_idle():
            self.transport.close()

    def _is_idle(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # none before the first request
        return cycle is None or cycle.response_complete

    def on_body(self, body: bytes) -> None:
        """A piece of a request's body is there."""
        self._beside_bodies = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is whole, be it one that was answered before; then the wait for the next begins anew."""
        super().on_message_complete()
        becomes_websocket = self.parser.should_upgrade() and self._should_upgrade()
        if self._is_idle() and not becomes_websocket and not self.pipeline and self.timeout_keep_alive_task is None:
            self._await_next()

    def _await_next(self, seconds: float | None = None) -> None:
        """Close the connection after so many seconds in which nothing comes."""
        timeout = self.timeout_keep_alive if seconds is None else seconds
        self.timeout_keep_alive_task = self.loop.call_later(timeout, self.timeout_keep_alive_handler)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self._refuse(HTTPStatus.BAD_REQUEST, msg)

    def handle_websocket_upgrade(self) -> None:
        """Become a WebSocket, where no answer is due that would come in between."""
        if self._running is None or self._running.response_complete:
            super().handle_websocket_upgrade()
        else:
            self._refuse(HTTPStatus.BAD_REQUEST, "A WebSocket must wait for the answers to what was asked before.")

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        """Answer so when it is its turn, and take nothing more."""
        if self._is_refused:
            return
        self._is_refused = True
        running = self._running
        if self.pipeline and self.cycle is self.pipeline[0][0] and self.cycle.more_body:
            self.pipeline.popleft()  # it is its body that is broken
        elif running is not None and running is self.cycle and running.more_body and not running.response_complete:
            self._leave(running)
            if running.response_started:
                self.transport.close()
                return
            running = None
        self.cycle = self._refusal()
        if running is None or running.response_complete:
            self._start_asgi_task(self.cycle, _told(status, message))
        else:
            self.pipeline.appendleft((self.cycle, _told(status, message)))

    @staticmethod
    def _leave(cycle: RequestResponseCycle) -> None:
        cycle.disconnected = True
        cycle.message_event.set()

    def _refusal(self) -> RequestResponseCycle:
        return RequestResponseCycle(
            scope=SCOPE,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=self.on_response_complete,
        )


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """A WebSocket that the application closes when the server stops, once what runs on it is done.

    It closes on a text that is no UTF-8, too; uvicorn's logs that as a fault, with a traceback.
    """

    def shutdown(self) -> None:
        """Close what is no open WebSocket."""
        if not self.handshake_complete or self.close_sent:
            super().shutdown()

    def send_receive_event_to_app(self) -> None:
        """Hand on a message that is whole."""
        try:
            if self.curr_msg_data_type == "text":
                b"".join(self.frames).decode()
        except UnicodeDecodeError:
            self.frames = []
            self.conn.send_close(1007)
            self.handle_parser_exception()
        else:
            super().send_receive_event_to_app()


def _told(status: HTTPStatus, message: str) -> ASGI3Application:
    """An application that has one answer."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse(message, status)(scope, receive, send)

    return app

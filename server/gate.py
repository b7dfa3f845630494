"""Requests that are refused for want of room, before anything is made of them: that must cost little.

At four times what a server can answer, three of four requests are refused; through the application each would cost
twice as much.
"""

from collections.abc import Iterable
from functools import cache

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from server.admission import Admission
from server.answers import to_json
from server.caller import new_request_id
from server.connections import CuttableProtocol
from server.negotiation import JSON, RESPONSE_JSON
from server.refusals import OverloadedError


class GatedConfig(uvicorn.Config):
    """A server's configuration, with who says whether there is room."""

    admission: Admission | None = None


class GatedProtocol(CuttableProtocol):
    """A connection that refuses operations itself while there is no room."""

    config: uvicorn.Config

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGIApp) -> None:  # type: ignore[override]  # any app
        admission = self.config.admission if isinstance(self.config, GatedConfig) else None
        if admission is None or not _is_operation(cycle.scope):  # type: ignore[arg-type]  # a dict
            super()._start_asgi_task(cycle, app)  # type: ignore[arg-type]  # any app
        # Whoever does not read, and whoever has more in line, takes the way that waits.
        elif admission.is_full and not self.flow.write_paused and not self.pipeline:
            admission.refused += 1
            self._turn_away(cycle)
        else:
            admission.entering += 1
            super()._start_asgi_task(cycle, app)  # type: ignore[arg-type]  # any app
            self.loop.call_soon(admission.entered)  # in the loop's order that is after the task's first steps

    def _turn_away(self, cycle: RequestResponseCycle) -> None:
        media_type = JSON
        for name, value in cycle.scope["headers"]:
            if name == b"accept" and RESPONSE_JSON.encode() in value:
                media_type = RESPONSE_JSON
        own = [*self.server_state.default_headers, (b"x-request-id", new_request_id().encode())]
        if not cycle.keep_alive:
            own.append((b"connection", b"close"))
        self.transport.write(STATUS_LINE[OverloadedError.status] + _lines(own) + _refusal(media_type))
        # As the cycle itself has it when an answer is complete: the rest of the body is not for anybody.
        cycle.response_started = cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()


def _is_operation(scope: Scope) -> bool:
    """Whether a request is for an operation, by no web page of another origin: what it may see is not for us to say."""
    is_asked = scope["path"] == "/graphql" and scope["method"] == "POST"
    return is_asked and not any(name == b"origin" for name, _ in scope["headers"])


@cache
def _refusal(media_type: str) -> bytes:
    """The headers that are always the same, and the body."""
    refused = OverloadedError()
    content = to_json(refused.body)
    told = (b"content-type", f"{media_type}; charset=utf-8".encode()), (b"content-length", b"%d" % len(content))
    return _lines([*refused.headers, *told]) + b"\r\n" + content


def _lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"".join(b"%b: %b\r\n" % header for header in headers)

"""Requests that are refused for want of room, before anything is made of them: that must cost little.

At four times what a server can answer, three of four requests are refused; through the application each would cost
twice as much.
"""

import re
from collections.abc import Iterable
from functools import cache, cached_property

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from server.admission import Admission
from server.answers import to_json
from server.caller import new_request_id
from server.connections import LARGEST_HEAD, CuttableProtocol
from server.negotiation import JSON, RESPONSE_JSON
from server.refusals import OverloadedError

# The head of an operation, with nothing in it that could be read in two ways; and what others have beside that.
PLAIN = re.compile(rb"POST /graphql HTTP/1\.1\r\n((?:[!#-'*+.^-z|~A-Z0-9-]+:[\t\x20-\x7e\x80-\xff]*\r\n)+)\r\n")
UNUSUAL = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"origin"})
KEEP_ALIVE = b"keep-alive"


class GatedConfig(uvicorn.Config):
    """A server's configuration, with who says whether there is room."""

    admission: Admission | None = None


class GatedProtocol(CuttableProtocol):
    """A connection that refuses operations itself while there is no room.

    Those that come whole and are plain it knows at a glance; all others are read first, as if there were room.
    """

    config: uvicorn.Config
    _is_between = True
    _refused_at = 0.0

    @cached_property
    def _admission(self) -> Admission | None:
        return self.config.admission if isinstance(self.config, GatedConfig) else None

    def data_received(self, data: bytes) -> None:
        """Refuse an operation, or take what has come."""
        admission = self._admission
        headers = plain_operation(data) if admission and admission.is_full and self._is_at_rest() else None
        if admission is None or headers is None:
            super().data_received(data)
            return
        admission.refused += 1
        self._turn_away(headers.get(b"accept", b""))
        self._refused_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._await_next()

    def _is_at_rest(self) -> bool:
        """Whether what comes next is the head of a request, and its answer the next."""
        is_leaving = self._is_last or self._is_refused or self.transport.is_closing()
        return self._is_between and self._is_idle() and not is_leaving and not self.pipeline and self._is_read

    @property
    def _is_read(self) -> bool:
        """Whether the client takes what it is sent."""
        return not self.flow.write_paused

    def on_message_begin(self) -> None:
        """A request has begun to come."""
        self._is_between = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """A request is whole."""
        self._is_between = True
        super().on_message_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection on which nothing came for long, a request that was refused included."""
        left = self._refused_at + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._await_next(left)
        else:
            super().timeout_keep_alive_handler()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGIApp) -> None:  # type: ignore[override]  # any app
        admission = self._admission
        if admission is None or not _is_operation(cycle.scope):  # type: ignore[arg-type]  # a dict
            super()._start_asgi_task(cycle, app)  # type: ignore[arg-type]  # any app
        # Whoever does not read, and whoever has more in line, takes the way that waits.
        elif admission.is_full and self._is_read and not self.pipeline:
            admission.refused += 1
            accepts = [value for name, value in cycle.scope["headers"] if name == b"accept"]
            cycle.keep_alive &= not self._is_last
            self._turn_away(b",".join(accepts), keep_alive=cycle.keep_alive)
            # As the cycle itself has it when an answer is complete: the rest of the body is not for anybody.
            cycle.response_started = cycle.response_complete = True
            if not cycle.keep_alive:
                self.transport.close()
            cycle.on_response()
        else:
            admission.entering += 1
            super()._start_asgi_task(cycle, app)  # type: ignore[arg-type]  # any app
            self.loop.call_soon(admission.entered)  # in the loop's order that is after the task's first steps

    def _turn_away(self, accept: bytes, *, keep_alive: bool = True) -> None:
        own = [*self.server_state.default_headers, (b"x-request-id", new_request_id().encode())]
        if not keep_alive:
            own.append((b"connection", b"close"))
        media_type = RESPONSE_JSON if RESPONSE_JSON.encode() in accept else JSON
        self.transport.write(STATUS_LINE[OverloadedError.status] + _lines(own) + _refusal(media_type))


def plain_operation(data: bytes) -> dict[bytes, bytes] | None:
    """The headers of an operation, where data are one POST of HTTP/1.1 from its first byte to its last.

    None where there is anything about it that a parser has to say something to, or that answers depend on.
    """
    match = PLAIN.match(data) if len(data) <= LARGEST_HEAD else None
    if match is None:
        return None
    lines = match[1].split(b"\r\n")[:-1]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    length = headers.get(b"content-length", b"")
    is_plain = len(headers) == len(lines) and UNUSUAL.isdisjoint(headers)
    is_kept = headers.get(b"connection", KEEP_ALIVE).lower() == KEEP_ALIVE
    is_whole = length.isdigit() and len(length) < 10 and int(length) == len(data) - match.end()
    return headers if is_plain and is_kept and is_whole else None


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

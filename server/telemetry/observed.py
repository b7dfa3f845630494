"""One operation as it is seen, from its request to its answer."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import orjson

from server.answers import INTERNAL
from server.caller import Caller, new_request_id
from server.graphql_request import NOBODY, ClientGoneError
from server.operations import Prepared
from services.job_events import EventsStoppedError

if TYPE_CHECKING:
    from server.telemetry.telemetry import Telemetry
    from server.telemetry.tracing import OperationSpan

OK, ERRORS, REFUSED, FAULT, CANCELLED = "ok", "errors", "refused", "fault", "cancelled"

REQUEST_ID = re.compile(r"[A-Za-z0-9._~+/=:-]{1,128}")
TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
# Codes of errors that a line names.
MOST_CODES = 5

_in_hand: ContextVar["Observed | None"] = ContextVar("operation", default=None)


def request_in_hand() -> "Observed | None":
    """The operation that the current task works for."""
    return _in_hand.get()


class Observed:
    """One operation; used as a context manager, it is told of when the block ends. What is noted, is noted as it comes.

    An id that the client gave its request is kept if it is plain and short; so is the trace that it says it is part of.
    """

    __slots__ = (
        "_telemetry", "caller", "client", "codes", "events", "prepared", "ran", "request_id", "span", "started",
        "statements", "status", "streamed", "trace_id", "traceparent", "transport",
    )  # fmt: skip

    def __init__(self, telemetry: "Telemetry", transport: str, request_id: str | None, traceparent: str | None) -> None:
        self._telemetry = telemetry
        self.transport = transport
        given = request_id is not None and REQUEST_ID.fullmatch(request_id) is not None
        self.request_id: str = request_id if given and request_id is not None else new_request_id()
        self.trace_id: str | None = None
        self.traceparent = traceparent
        if traceparent is not None:
            match = TRACEPARENT.fullmatch(traceparent)
            self.trace_id, self.traceparent = (match[1], traceparent) if match else (None, None)
        self.client = NOBODY
        self.caller: Caller | None = None
        self.prepared: Prepared | None = None
        self.codes: list[str] | None = None
        self.ran = True
        self.status: int | None = None
        self.statements = 0
        self.events: int | None = None
        self.streamed = ""
        self.span: OperationSpan | None = None
        self.started = 0.0

    def __enter__(self) -> Self:
        self.started = time.perf_counter()
        _in_hand.set(self)
        if self._telemetry.tracing is not None:
            self.span = self._telemetry.tracing.begin(self.traceparent)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        outcome = self.outcome(error)
        self._telemetry.ended(self, outcome, time.perf_counter() - self.started)
        _in_hand.set(None)

    def told(self, body: dict[str, Any], status: int | None = None) -> None:
        """Note what is answered."""
        self.status = status
        errors = body.get("errors")
        if errors:
            self.ran = "data" in body
            self.codes = [str(error.get("extensions", {}).get("code")) for error in errors[:MOST_CODES]]

    def outcome(self, error: BaseException | None) -> str:
        """What it came to."""
        if isinstance(error, asyncio.CancelledError | ClientGoneError | GeneratorExit):
            return CANCELLED
        if error is not None:
            return FAULT
        if self.codes is None:
            return OK
        if INTERNAL in self.codes:
            return FAULT
        return ERRORS if self.ran else REFUSED

    async def stream(self, bodies: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
        """The answers of a subscription, counted."""
        telemetry = self._telemetry
        telemetry.stream_begins(self)
        self.events, self.streamed = 0, "left"
        try:
            async with aclosing(bodies):
                async for body in bodies:
                    self.events += 1
                    telemetry.stream_answers(self)
                    if not body.startswith(b'{"data"'):
                        self.told(orjson.loads(body))
                    yield body
            self.streamed = "complete"
        except EventsStoppedError:
            self.streamed = "stopped"
            raise
        finally:
            telemetry.stream_ends(self)

"""One operation as it is seen, from its request to its answer."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import orjson

from server.answers import INTERNAL
from server.caller import Caller, new_request_id
from server.graphql_request import NOBODY, Client
from server.http_request import ClientGoneError
from server.refusals import RefusalError
from server.telemetry.in_hand import in_hand
from services.job_events import EventsStoppedError

if TYPE_CHECKING:
    from server.telemetry.telemetry import Known, Telemetry
    from server.telemetry.tracing import OperationSpan

OK, ERRORS, REFUSED, FAULT, CANCELLED = "ok", "errors", "refused", "fault", "cancelled"

REQUEST_ID = re.compile(r"[A-Za-z0-9._~+/=:-]{1,128}")
TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
# Codes of errors that a line names.
MOST_CODES = 5


class Observed:
    """One operation; used as a context manager, it is told of when the block ends. What is noted, is noted as it comes.

    An id that the client gave its request is kept if it is plain and short; so is the trace that it says it is part of.
    """

    # What most operations leave as it is stands here, and costs them nothing.
    caller: Caller | None = None
    known: "Known | None" = None
    client: Client = NOBODY
    codes: list[str] | None = None
    ran = True
    status: int | None = None
    statements = 0
    events: int | None = None
    stream_end: str | None = None
    trace_id: str | None = None
    span: "OperationSpan | None" = None
    started = 0.0
    is_over = False

    def __init__(
        self, telemetry: "Telemetry", transport: str, request_id: str | None = None, traceparent: str | None = None
    ) -> None:
        self._telemetry = telemetry
        self.transport = transport
        if request_id is None or REQUEST_ID.fullmatch(request_id) is None:
            request_id = new_request_id()
        self.request_id = request_id
        self._traceparent = traceparent
        if traceparent is not None:
            match = TRACEPARENT.fullmatch(traceparent)
            self.trace_id, self._traceparent = (match[1], traceparent) if match else (None, None)

    def __enter__(self) -> Self:
        self.started = time.perf_counter()
        in_hand.set(self)
        if self._telemetry.tracing is not None:
            self.span = self._telemetry.tracing.begin(self._traceparent)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.is_over = True
        outcome = OK if error is None and self.codes is None else self.outcome(error)
        self._telemetry.ended(self, outcome, time.perf_counter() - self.started)
        return isinstance(error, ClientGoneError)  # then there is nobody to answer

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
        self.events, self.stream_end = 0, "left"
        try:
            async with aclosing(bodies):
                async for body in bodies:
                    self.events += 1
                    telemetry.stream_answers(self)
                    if not body.startswith(b'{"data"'):
                        self.told(orjson.loads(body))
                    yield body
            self.stream_end = "complete"
        except EventsStoppedError:
            self.stream_end = "stopped"
            raise
        except RefusalError as refused:
            self.told(refused.body)
            self.stream_end = "refused"
            raise
        finally:
            telemetry.stream_ends(self)

"""The door to OpenTelemetry, which need not be installed: nothing of it is imported until traces are asked for."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from database.errors import ReelgraphError
from server.settings import Settings

if TYPE_CHECKING:
    from server.telemetry.observed import Observed
    from server.telemetry.telemetry import Known


class OperationSpan(Protocol):
    """The span of an operation."""

    def end(self, observed: "Observed", known: "Known", outcome: str) -> None:
        """End it, with what the operation turned out to be."""


class Tracing(Protocol):
    """Makes spans."""

    def begin(self, traceparent: str | None) -> OperationSpan:
        """The span of an operation that begins, part of the trace that its client says; what follows is within it."""

    def span(self, name: str, attributes: Mapping[str, Any]) -> AbstractContextManager[Any]:
        """A span around a block, with what happens in the block within it."""

    def statement(self, name: str, sql: str, seconds: float, rows: int | None) -> None:
        """The span of a statement that has just ended, if it was for anything that has a span."""

    def close(self) -> None:
        """Send what is left."""


_current: list[Tracing] = []


def current_tracing() -> Tracing | None:
    """What traces this process, if anything does."""
    return _current[0] if _current else None


def trace_with(tracing: Tracing | None) -> None:
    """Have a process traced from now on, or no more."""
    _current[:] = [] if tracing is None else [tracing]


@asynccontextmanager
async def traced(settings: Settings, service: str) -> AsyncIterator[Tracing | None]:
    """Have a process traced while the block runs, if the settings ask for it.

    Raises `ReelgraphError` where OpenTelemetry is not installed.
    """
    if settings.otlp_endpoint is None:
        yield None
        return
    tracing = _opened(str(settings.otlp_endpoint).rstrip("/"), service)
    trace_with(tracing)
    try:
        yield tracing
    finally:
        trace_with(None)
        await asyncio.to_thread(tracing.close)


def _opened(endpoint: str, service: str) -> Tracing:
    try:
        spans = import_module("server.telemetry.spans")
    except ModuleNotFoundError as error:
        raise ReelgraphError(
            f"REELGRAPH_OTLP_ENDPOINT is set, but {error.name} is not installed.",
            hint="Install it with: pip install 'reelgraph[otel]'",
        ) from None
    tracing: Tracing = spans.exporting(endpoint, service)
    return tracing

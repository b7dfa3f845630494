"""Spans by OpenTelemetry, named as its conventions for GraphQL and for databases have it."""

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from contextvars import Token
from typing import TYPE_CHECKING, Any

from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from server.telemetry.observed import Observed
    from server.telemetry.telemetry import Known

PROPAGATOR = TraceContextTextMapPropagator()
FAILED = {"fault", "errors"}


def exporting(endpoint: str, service: str) -> "Spans":
    """Spans that are sent to a collector by OTLP over HTTP; the SDK's own `OTEL_…` variables say what else it does."""
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint}/v1/traces")))
    return Spans(provider)


class Spans:
    """Makes spans by a provider."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("reelgraph")

    def begin(self, traceparent: str | None) -> "OperationSpan":
        """The span of an operation, within the trace that its client says."""
        parent = PROPAGATOR.extract({"traceparent": traceparent}) if traceparent else Context()
        span = self._tracer.start_span("GraphQL Operation", context=parent, kind=SpanKind.SERVER)
        return OperationSpan(span, context.attach(trace.set_span_in_context(span)))

    def span(self, name: str, attributes: Mapping[str, Any]) -> AbstractContextManager[Any]:
        """A span around a block; errors are named by their kind, because messages may hold values."""
        return self._tracer.start_as_current_span(
            name, attributes=dict(attributes), record_exception=False, set_status_on_exception=False
        )

    def statement(self, name: str, sql: str, seconds: float, rows: int | None) -> None:
        """The span of a statement that has just ended. Its SQL has no values: they go beside it."""
        if not trace.get_current_span().is_recording():
            return
        ended = time.time_ns()
        span = self._tracer.start_span(
            name,
            kind=SpanKind.CLIENT,
            start_time=ended - int(seconds * 1e9),
            attributes={"db.system.name": "postgresql", "db.query.summary": name, "db.query.text": sql},
        )
        if rows is None:
            span.set_status(StatusCode.ERROR)
        else:
            span.set_attribute("db.response.returned_rows", rows)
        span.end(ended)

    def close(self) -> None:
        """Send what is left, and no more."""
        self._provider.shutdown()


class OperationSpan:
    """The span of an operation, current until it ends."""

    def __init__(self, span: trace.Span, token: Token[Context]) -> None:
        self._span = span
        self._token = token

    def end(self, observed: "Observed", known: "Known", outcome: str) -> None:
        """End it, with what the operation turned out to be."""
        context.detach(self._token)
        span = self._span
        if known.type:
            span.update_name(known.type)
            span.set_attribute("graphql.operation.type", known.type)
            span.set_attribute("reelgraph.document.sha256", known.document)
        if known.name:
            span.set_attribute("graphql.operation.name", known.name)
        span.set_attribute("reelgraph.request_id", observed.request_id)
        span.set_attribute("reelgraph.outcome", outcome)
        if outcome in FAILED:
            span.set_attribute("error.type", ",".join(observed.codes or [outcome]))
            span.set_status(StatusCode.ERROR)
        span.end()

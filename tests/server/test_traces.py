"""Spans of operations, batches, statements and jobs."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import HttpUrl

from database.engine import Database
from database.video_job import ProcessingStatus
from processing.media import Limits
from processing.pipeline import Pipeline
from processing.providers import embedded_providers
from server.settings import Settings
from server.telemetry.jobs import JobWatch
from server.telemetry.spans import Spans
from server.telemetry.telemetry import Telemetry
from server.telemetry.tracing import trace_with, traced
from services.storage import Storage
from tests.support.api import serving
from tests.support.library import Library
from tests.support.processes import run_python

QUERY = "query Mine($first: Int) { videos(first: $first) { nodes { id jobs { nodes { id } } } } }"
TRACE, PARENT = "ab" * 16, "cd" * 8
SECRET = "pa55-w0rd-of-mine"


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    yield exporter
    trace_with(None)


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Spans:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    spans = Spans(provider)
    trace_with(spans)
    return spans


def parent_of(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


def id_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.span_id)


async def test_an_operation_its_batches_and_their_statements_are_one_trace(  # noqa: PLR0917  fixtures
    settings: Settings,
    database: Database,
    storage: Storage,
    library: Library,
    viewer: UUID,
    spans: Spans,
    exporter: InMemorySpanExporter,
) -> None:
    await library.processed_videos(2)
    exporter.clear()
    async with serving(settings, database, storage, Telemetry(settings, tracing=spans)) as api:
        asked = {"query": QUERY, "variables": {"first": 2}}
        await api.signed_in(viewer).post(asked, traceparent=f"00-{TRACE}-{PARENT}-01")
        await api.signed_in(viewer).post({"query": f'{{ video(id: "{SECRET}") {{ id }} }}'})
    found = exporter.get_finished_spans()
    operation, refused = (span for span in found if span.kind.name == "SERVER")
    assert operation.name == "query"
    assert operation.attributes is not None
    assert operation.attributes["graphql.operation.name"] == "Mine"
    assert operation.attributes["graphql.operation.type"] == "query"
    assert operation.attributes["reelgraph.outcome"] == "ok"
    assert f"{parent_of(operation):016x}" == PARENT
    first, second = (span for span in found if span.kind.name == "CLIENT")
    (batch,) = (span for span in found if span.name == "load jobs_of_video")
    assert (parent_of(first), parent_of(batch)) == (id_of(operation), id_of(operation))
    assert parent_of(second) == id_of(batch)
    assert second.name == "jobs_of_video"
    assert second.attributes is not None
    assert second.attributes["db.system.name"] == "postgresql"
    assert "$1" in str(second.attributes["db.query.text"])
    assert {f"{span.context.trace_id:032x}" for span in found if span.context and span is not refused} == {TRACE}
    assert refused.attributes is not None
    assert refused.attributes["error.type"] == "BAD_USER_INPUT"
    assert refused.status.status_code.name == "ERROR"
    written = "".join(span.to_json() for span in found)
    assert SECRET not in written
    assert viewer.hex not in written.replace("-", "")


async def test_a_job_and_its_stages_are_one_trace(
    database: Database, storage: Storage, library: Library, spans: Spans, exporter: InMemorySpanExporter
) -> None:
    video = await library.video(size_bytes=5)
    await storage.put(video.storage_path, b"video")
    job = await library.job(video, ProcessingStatus.PENDING)
    Telemetry(Settings(), tracing=spans).watch(database)
    exporter.clear()
    await Pipeline(database, storage, Limits(wall_seconds=30), embedded_providers(), JobWatch()).process(job.id)
    found = {span.name: span for span in exporter.get_finished_spans()}
    assert parent_of(found["stage PROBE"]) == id_of(found["process job"])
    attributes = found["process job"].attributes
    assert attributes is not None
    assert attributes["reelgraph.job_id"] == str(job.id)
    assert "update video_jobs" in found


@contextmanager
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    """An OTLP receiver: its address, and what it got."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.path == "/v1/traces"
            received.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def test_spans_reach_a_collector(settings: Settings, database: Database, storage: Storage, viewer: UUID) -> None:
    with collector() as (address, received):
        asked = Settings(data=settings.data, otlp_endpoint=HttpUrl(address))
        async with traced(asked, "reelgraph-server") as tracing:
            assert tracing is not None
            async with serving(asked, database, storage, Telemetry(asked, tracing=tracing)) as api:
                await api.signed_in(viewer).data("query Count { viewer { videoCount } }")
    (resource,) = received[0].resource_spans
    assert {one.key: one.value.string_value for one in resource.resource.attributes}["service.name"] == (
        "reelgraph-server"
    )
    spans = [span for scope in resource.scope_spans for span in scope.spans]
    assert {"query", "viewer_totals"} <= {span.name for span in spans}


async def test_without_traces_nothing_of_opentelemetry_is_imported() -> None:
    code = "import json, sys, server.cli.serve; print(json.dumps(sorted(sys.modules)))"
    modules = json.loads(run_python(code))
    assert "server.telemetry.tracing" in modules
    assert [name for name in modules if name.startswith("opentelemetry")] == []

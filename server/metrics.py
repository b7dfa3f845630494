"""What Prometheus reads of a process."""

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from executor import outcomes
from executor.execution import COMPILED
from server.resources import Resources
from server.settings import Settings
from server.telemetry.collectors import AdmissionCollector, QueueCollector
from server.telemetry.registry import process_registry
from server.telemetry.shared import Shared
from server.telemetry.siblings import Siblings, folder_of
from server.trusted_documents import unregistered
from services.queue import queue_depth

AUTHENTICATE = {"WWW-Authenticate": 'Bearer realm="metrics"'}

# How long what the queue said holds, and how long it is waited for: Prometheus itself waits for ten seconds.
QUEUE_FRESH_SECONDS = 5
QUEUE_SECONDS = 2


class ExecutorCollector(Collector):
    """How many operations were compiled, and why others were not."""

    def collect(self) -> Iterator[CounterMetricFamily]:
        """The executor's own counts."""
        compiled = CounterMetricFamily(
            "reelgraph_operations_compiled", "Operations that the compiled executor answered."
        )
        compiled.add_metric([], outcomes[COMPILED])
        yield compiled
        fallen_back = CounterMetricFamily(
            "reelgraph_operations_fallen_back", "Operations that graphql-core answered, by reason.", labels=["reason"]
        )
        for reason, count in outcomes.items():
            if reason != COMPILED:
                fallen_back.add_metric([reason], count)
        yield fallen_back


class DocumentsCollector(Collector):
    """Documents that nobody has registered."""

    def collect(self) -> Iterator[CounterMetricFamily]:
        """By what became of them: executed, refused, or asked for by an id that is unknown."""
        documents = CounterMetricFamily(
            "reelgraph_documents_unregistered",
            "Documents that no client's release has registered, by what became of them.",
            labels=["outcome"],
        )
        for outcome, count in unregistered.items():
            documents.add_metric([outcome], count)
        yield documents


class ServerMetrics:
    """The metrics of a server's process, and of those that share its port. They never hang when the database does."""

    def __init__(self, resources: Resources, siblings: Siblings | None = None) -> None:
        database = resources.database
        self._depth = Shared(lambda: queue_depth(database), fresh=QUEUE_FRESH_SECONDS, patience=QUEUE_SECONDS)
        queue = QueueCollector(self._depth)
        own = (AdmissionCollector(resources.admission), ExecutorCollector(), DocumentsCollector())
        self._registry = process_registry(database, queue, *own)
        self.siblings = siblings

    async def own(self) -> bytes:
        """This process's, as Prometheus reads them."""
        with suppress(Exception):  # whatever it is, `reelgraph_queue_up` is 0 then
            await self._depth.get()
        return generate_latest(self._registry)

    async def all(self) -> bytes:
        """Those of all processes."""
        return await (self.own() if self.siblings is None else self.siblings.all())


@asynccontextmanager
async def open_metrics(resources: Resources, *, is_one_of_several: bool) -> AsyncIterator[ServerMetrics]:
    """A process's metrics; where it is one of several of a parent, those of all, while the block runs."""
    if not is_one_of_several:
        yield ServerMetrics(resources)
        return
    siblings = Siblings(folder_of(os.getppid()))
    metrics = ServerMetrics(resources, siblings)
    async with siblings.told(metrics.own):
        yield metrics


def metrics_routes(metrics: ServerMetrics, settings: Settings) -> list[Route]:
    """`/metrics`, for who has the token if there is one."""
    token = settings.metrics_token
    expected = None if token is None else f"Bearer {token.get_secret_value()}".encode()

    async def respond(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if expected is not None and not secrets.compare_digest(given, expected):
            return Response("Send the token of REELGRAPH_METRICS_TOKEN as a bearer token.\n", 401, AUTHENTICATE)
        return Response(await metrics.all(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/metrics", respond)]

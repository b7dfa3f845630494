"""What Prometheus reads of a process."""

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from executor import outcomes
from executor.execution import COMPILED
from server.trusted_documents import unregistered


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


def metrics_routes() -> list[Route]:
    """`/metrics`."""
    registry = CollectorRegistry()
    registry.register(ExecutorCollector())
    registry.register(DocumentsCollector())

    def metrics(_request: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/metrics", metrics)]

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


def metrics_routes() -> list[Route]:
    """`/metrics`."""
    registry = CollectorRegistry()
    registry.register(ExecutorCollector())

    def metrics(_request: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/metrics", metrics)]

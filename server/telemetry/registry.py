"""What every process has to say to Prometheus, servers and workers."""

from prometheus_client import GC_COLLECTOR, PLATFORM_COLLECTOR, PROCESS_COLLECTOR, CollectorRegistry
from prometheus_client.registry import Collector

from database.engine import Database
from server.telemetry.collectors import BuildCollector, PoolCollector
from server.telemetry.families import COUNTED


def process_registry(database: Database, *more: Collector) -> CollectorRegistry:
    """What every process has to say, and more."""
    registry = CollectorRegistry()
    own = (BuildCollector(), PoolCollector(database), PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR)
    for collector in (COUNTED, *own, *more):
        registry.register(collector)
    return registry

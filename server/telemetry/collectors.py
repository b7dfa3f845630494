"""What is asked when Prometheus comes: the pool, the queue, and what this is."""

import sys
from collections.abc import Iterator
from importlib.metadata import version

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from database.engine import Database
from server.admission import Admission
from server.telemetry.shared import Shared
from services.queue import QueueDepth


class PoolCollector(Collector):
    """The connections of a process to its database."""

    def __init__(self, database: Database) -> None:
        self._parking = database.parking

    def collect(self) -> Iterator[Metric]:
        """Where the connections are, and what waiting for them came to."""
        now = self._parking.occupancy
        yield GaugeMetricFamily("reelgraph_pool_size", "Connections that the pool may have.", value=now.size)
        states = GaugeMetricFamily(
            "reelgraph_pool_connections", "Connections in use, and parked between two requests.", labels=["state"]
        )
        states.add_metric(["in_use"], now.in_use)
        states.add_metric(["parked"], now.parked)
        yield states
        yield GaugeMetricFamily("reelgraph_pool_waiting", "Those that wait for a connection.", value=now.waiting)
        yield CounterMetricFamily(
            "reelgraph_pool_waits", "How often a connection was waited for, or made.", value=self._parking.waits
        )
        yield CounterMetricFamily(
            "reelgraph_pool_wait_seconds", "How long that took.", value=self._parking.waited_seconds
        )


class AdmissionCollector(Collector):
    """The operations of a server, and those that it had no room for."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission

    def collect(self) -> Iterator[Metric]:
        """How many run, stand in line, and were refused."""
        operations = GaugeMetricFamily(
            "reelgraph_operations_admitted", "Operations that run, or stand in line for it.", labels=["state"]
        )
        operations.add_metric(["running"], self._admission.running)
        operations.add_metric(["waiting"], self._admission.waiting)
        yield operations
        yield CounterMetricFamily(
            "reelgraph_operations_shed", "Operations refused for want of room.", value=self._admission.refused
        )


class QueueCollector(Collector):
    """The queue as it was when it was asked last."""

    def __init__(self, depth: Shared[QueueDepth]) -> None:
        self._depth = depth

    def collect(self) -> Iterator[Metric]:
        """Jobs by state, how long the first has waited, and whether the queue answered at all."""
        depth = self._depth.latest
        yield GaugeMetricFamily(
            "reelgraph_queue_up", "Whether the queue answered in time.", value=float(depth is not None)
        )
        jobs = GaugeMetricFamily("reelgraph_queue_jobs", "Jobs in the queue, by state.", labels=["state"])
        oldest = GaugeMetricFamily("reelgraph_queue_oldest_seconds", "How long the first that waits has been due.")
        if depth is not None:
            jobs.add_metric(["waiting"], depth.waiting)
            jobs.add_metric(["put_off"], depth.put_off)
            jobs.add_metric(["running"], depth.running)
            oldest.add_metric([], depth.oldest_seconds)
        yield jobs
        yield oldest


class BuildCollector(Collector):
    """Which program this is."""

    def collect(self) -> Iterator[Metric]:
        """Its version, and Python's."""
        python = ".".join(map(str, sys.version_info[:3]))
        yield InfoMetricFamily(
            "reelgraph_build", "The version that runs.", value={"version": version("reelgraph"), "python": python}
        )

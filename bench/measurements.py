"""What was measured, and the medians of it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from bench.load import Measured
from bench.servers import Server
from database.errors import ReelgraphError

# The mean of whole turns through all requests is 1 or more, headers included; the last turn is cut short.
SHORTEST = 0.95

# Server, operation, connections.
Case = tuple[str, str, int]


@dataclass
class Measurements:
    """Everything about a run; sizes in bytes. `statements` and `answer_bytes` are by server and operation."""

    servers: list[Server]
    operations: list[str]
    connections: list[int]
    rounds: int
    seconds: int
    runs: dict[Case, list[Measured]] = field(default_factory=lambda: defaultdict(list))
    answer_bytes: dict[str, dict[str, float]] = field(default_factory=dict)
    statements: dict[str, dict[str, float]] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)

    def add(self, server: str, operation: str, connections: int, measured: Measured) -> None:
        """Add a run; raises `ReelgraphError` if the answers were not as long as those that were checked."""
        if measured.answer_bytes < SHORTEST * self.answer_bytes[server][operation]:
            raise ReelgraphError(f"{server} answers {operation} under load with {measured.answer_bytes:.0f} bytes.")
        self.runs[server, operation, connections].append(measured)

    def median(self, case: Case, of: Callable[[Measured], float]) -> float:
        """The median over the rounds."""
        return median(of(measured) for measured in self.runs[case])

    def per_second(self, case: Case) -> float:
        """Median of the answers a second."""
        return self.median(case, lambda measured: measured.per_second)

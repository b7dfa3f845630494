"""What a viewer may spend in a minute, counted by each process for itself."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from executor.recent import Recent
from server.limits.refusals import BudgetExhaustedError

MINUTE = 60
# Of the viewers seen last; whoever was away for a minute has all of it again anyway.
MOST_VIEWERS = 10_000


@dataclass(slots=True)
class Bucket:
    """What was left at a time, in seconds of the clock."""

    left: float
    at: float


class Budget:
    """So much a minute for each viewer, filled up little by little."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._buckets: Recent[UUID, Bucket] = Recent(MOST_VIEWERS)

    def require(self, viewer: UUID, cost: int) -> Bucket:
        """Raise `BudgetExhaustedError` where less than an operation's cost is left."""
        bucket = self._bucket(viewer)
        if cost > bucket.left:
            seconds = (cost - bucket.left) / self.per_minute * MINUTE
            raise BudgetExhaustedError(cost, int(bucket.left), self.per_minute, seconds)
        return bucket

    def spend(self, viewer: UUID, cost: int) -> None:
        """Take an operation's cost; raises the same, and takes nothing."""
        self.require(viewer, cost).left -= cost

    def state(self, viewer: UUID) -> dict[str, int]:
        """What is left, and in how many seconds all of it is there again."""
        left = self._bucket(viewer).left
        return {"remaining": int(left), "resetSeconds": -int(-(self.per_minute - left) / self.per_minute * MINUTE // 1)}

    def _bucket(self, viewer: UUID) -> Bucket:
        now = self._clock()
        bucket = self._buckets.use(viewer)
        if bucket is None:
            bucket = Bucket(self.per_minute, now)
            self._buckets.keep(viewer, bucket)
        bucket.left = min(self.per_minute, bucket.left + (now - bucket.at) * self.per_minute / MINUTE)
        bucket.at = now
        return bucket

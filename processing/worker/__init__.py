"""The worker: takes jobs from the queue and processes them, several at a time, until it is told to stop.

PgQueuer keeps the queue: its tables, how entries are taken (`SKIP LOCKED`, heartbeats) and how word of them spreads.
Its own loop ends with its connection, and holds more entries than it runs; ours is in `worker`, on a `link` that is
made again when it breaks, and `entries` is what one worker holds.
"""

from processing.worker.worker import HEARTBEAT_TIMEOUT, work

__all__ = ["HEARTBEAT_TIMEOUT", "work"]

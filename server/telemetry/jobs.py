"""What is seen of a worker: a line, a count and a span for each attempt at a job, and for each of its stages."""

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any
from uuid import UUID

from database.video_job import StageName
from processing.watching import COMPLETED, Seen
from server.telemetry.families import JOBS, RUNNING, STAGES
from server.telemetry.tracing import current_tracing

logger = logging.getLogger(__name__)


class JobWatch:
    """Logs, counts and traces jobs; it goes with a pipeline."""

    @contextmanager
    def job(self, job_id: UUID) -> Iterator[Seen]:
        """Around an attempt at a job."""
        seen, started = Seen(), time.perf_counter()
        try:
            with RUNNING.track_inprogress(), _span("process job", job_id), _told(seen):
                yield seen
        finally:
            seconds = time.perf_counter() - started
            JOBS.labels(seen.outcome).observe(seconds)
            logger.info("job %s: %s after %.3f seconds", job_id, seen.outcome, seconds)

    @contextmanager
    def stage(self, job_id: UUID, name: StageName) -> Iterator[Seen]:
        """Around a stage."""
        seen, started = Seen(), time.perf_counter()
        try:
            with _span(f"stage {name}", job_id), _told(seen):
                yield seen
        finally:
            seconds = time.perf_counter() - started
            STAGES.labels(name.value, seen.outcome).observe(seconds)
            logger.info("job %s: stage %s %s after %.3f seconds", job_id, name.value, seen.outcome, seconds)


@contextmanager
def _told(seen: Seen) -> Iterator[None]:
    """Say of what raises that it did."""
    try:
        yield
    except asyncio.CancelledError:
        seen.outcome = "cancelled"
        raise
    except BaseException:
        if seen.outcome == COMPLETED:
            seen.outcome = "failed"
        raise


def _span(name: str, job_id: UUID) -> AbstractContextManager[Any]:
    tracing = current_tracing()
    return nullcontext() if tracing is None else tracing.span(name, {"reelgraph.job_id": str(job_id)})

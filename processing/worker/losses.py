"""Workers that died with a job: how often is chance, and from when on is the job to blame?

How a worker died, nobody knows, and what else it was at dies with it. So a job that was lost again and again is left
alone for longer each time, until whatever kills workers on that day has passed, and takes fewer of them along if it is
to blame; only one that was lost ten times, and got no further meanwhile, is given up.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pgqueuer.types import JobId
from sqlalchemy import text

from database.engine import Database

MOST_LOST = 10
LOST_BY_CHANCE = 3

# Each taking is noted, and so is each putting back: a taking that is followed by another was lost. Those before the
# last stage that the job got through do not count: it has been getting on.
LOST = text(
    """
WITH noted AS (
    SELECT created, status = 'picked' AND lead(status) OVER (ORDER BY id) = 'picked' AS is_lost
    FROM pgqueuer_log
    WHERE job_id = :entry_id AND created > coalesce(
        (SELECT max((stage ->> 'finished_at')::timestamptz)
            FROM video_jobs AS job CROSS JOIN jsonb_array_elements(job.processing_stages) AS stage
            WHERE job.id = :job_id AND stage ->> 'status' IN ('DONE', 'SKIPPED')),
        '-infinity')
)
SELECT count(*) AS count, coalesce(now() - max(created), '0') AS since FROM noted WHERE is_lost
"""
)


@dataclass(frozen=True, slots=True)
class Losses:
    """How many workers took a job and were not heard of again, and how long ago the last of them took it."""

    count: int
    since: timedelta

    def pause(self, unit: timedelta) -> timedelta:
        """How long a job is to be left alone yet: a `unit` after what may be chance, doubled with each loss more."""
        if self.count <= LOST_BY_CHANCE:
            return timedelta(0)
        return max(unit * (1 << self.count - LOST_BY_CHANCE - 1) - self.since, timedelta(0))


async def losses_of(database: Database, entry_id: JobId, job_id: UUID) -> Losses:
    """What befell a job since it last got through a stage."""
    async with database.transaction() as session:
        return Losses(*(await session.execute(LOST, {"entry_id": entry_id, "job_id": job_id})).one())

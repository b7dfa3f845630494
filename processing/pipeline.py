"""A job from its first stage to its end. It may run twice, so every step may be taken twice."""

import logging
from collections.abc import Mapping
from uuid import UUID

import asyncpg
from sqlalchemy.exc import DBAPIError

from database.engine import Database
from database.video_job import StageName
from processing.media import Limits, MediaTimeoutError, UnreadableMediaError
from processing.stages import Stage, StageInput, probe, thumbnail
from services import video_job as jobs
from services.storage import Storage

logger = logging.getLogger(__name__)

STAGES: Mapping[StageName, Stage] = {
    StageName.PROBE: probe.run,
    StageName.THUMBNAIL: thumbnail.run,
}


# What passes, and says nothing about the video.
TRANSIENT = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, DBAPIError, ConnectionError)


async def process(database: Database, storage: Storage, limits: Limits, job_id: UUID) -> None:
    """Take a job through the stages it has not been through; it ends COMPLETED, or FAILED with a reason.

    Raises one of `TRANSIENT` where it should be tried again later.
    """
    work = await jobs.start_job(database, job_id)
    if work is None:
        return  # it ended before: a queue entry may be handed out twice
    try:
        async with storage.local_file(work.storage_path) as file:
            await _run_stages(database, StageInput(work, file, storage, limits))
    except UnreadableMediaError as error:
        await jobs.fail_job(database, job_id, code="UNREADABLE_MEDIA", message=str(error))
    except MediaTimeoutError as error:
        await jobs.fail_job(database, job_id, code="TIMED_OUT", message=str(error))
    except TRANSIENT:
        raise  # the database is away: the job can't even be told that it failed
    except Exception:
        message = "Something went wrong on our side. Please try again later."
        # What goes wrong after a cancel or a deletion, such as a file that is gone, is no fault.
        if await jobs.fail_job(database, job_id, code="INTERNAL_ERROR", message=message):
            logger.exception("job %s failed", job_id)
    else:
        await jobs.complete_job(database, job_id)


async def _run_stages(database: Database, given: StageInput) -> None:
    for name, run in STAGES.items():
        if name in given.work.done:
            continue
        await jobs.start_stage(database, given.work.job_id, name)
        await jobs.finish_stage(database, given.work.job_id, name, await run(given))

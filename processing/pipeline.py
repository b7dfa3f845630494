"""A job from its first stage to its end. It may run twice, so every step may be taken twice."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from database.engine import Database
from database.errors import ReelgraphError
from database.video_job import StageName
from processing.failures import TRANSIENT, OriginalDamagedError, OriginalMissingError, failure_of
from processing.media import Limits, MediaTimeoutError, UnreadableMediaError
from processing.providers import Providers
from processing.stages import (
    SkipStageError,
    Stage,
    StageInput,
    VideoFile,
    description,
    probe,
    subtitles,
    thumbnail,
    transcript,
)
from processing.watching import UNWATCHED, Seen, Watch
from services import video_job as jobs
from services import video_job_stages as stages
from services.storage import NotStoredError, Storage
from services.video_job import Work

__all__ = ["STAGES", "TRANSIENT", "Pipeline"]

logger = logging.getLogger(__name__)

STAGES: Mapping[StageName, Stage] = {
    StageName.PROBE: probe.run,
    StageName.THUMBNAIL: thumbnail.run,
    StageName.SUBTITLES: subtitles.run,
    StageName.TRANSCRIPT: transcript.run,
    StageName.DESCRIPTION: description.run,
}
# What these can't read is no video. One that has given its picture is good, whatever else in it is not.
REQUIRED = {StageName.PROBE, StageName.THUMBNAIL}
MEDIA_ERRORS = (UnreadableMediaError, MediaTimeoutError)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Takes jobs through their stages, with what that needs."""

    database: Database
    storage: Storage
    limits: Limits
    providers: Providers
    watch: Watch = UNWATCHED

    async def process(self, job_id: UUID) -> None:
        """Take a job through the stages it has not been through; it ends COMPLETED, or FAILED with a reason.

        Raises one of `TRANSIENT` where it should be tried again later.
        """
        with self.watch.job(job_id) as seen:
            work = await jobs.start_job(self.database, job_id)
            if work is None:
                seen.outcome = "ended before"  # a queue entry may be handed out twice
                return
            try:
                async with self._original(work) as file:
                    for name in STAGES:
                        await self._take(name, work, file)
            except TRANSIENT as error:
                seen.outcome = "put off"
                await self._delay(job_id, error)
                raise
            except Exception as error:
                seen.outcome = "failed"
                await self.give_up(job_id, error)
            else:
                await jobs.complete_job(self.database, job_id)

    async def give_up(self, job_id: UUID, error: BaseException) -> None:
        """End a job FAILED, with an error as the reason; nothing happens if it has ended before."""
        failure = failure_of(error)
        has_failed = await jobs.fail_job(self.database, job_id, code=failure.code, message=failure.message)
        # What goes wrong after a cancel or a deletion, such as a file that is gone, is no fault.
        if has_failed and not isinstance(error, MEDIA_ERRORS):
            hint = error.hint if isinstance(error, ReelgraphError) else ""
            logger.error("job %s failed: %s %s", job_id, failure.code, hint, exc_info=error)

    @asynccontextmanager
    async def _original(self, work: Work) -> AsyncIterator[VideoFile]:
        """The uploaded file; raises OriginalMissingError or OriginalDamagedError."""
        try:
            async with self.storage.local_file(work.storage_path) as path:
                _check_size(path, work.size_bytes)
                yield VideoFile(path, self.limits)
        except NotStoredError:
            raise OriginalMissingError from None

    async def _take(self, name: StageName, work: Work, file: VideoFile) -> None:
        """Take a job through a stage, if neither has ended."""
        found = await stages.start_stage(self.database, work.job_id, name)
        if found is None:
            return
        with self.watch.stage(work.job_id, name) as seen:
            await self._run(name, StageInput(work, file, found, self.storage, self.providers), seen)

    async def _run(self, name: StageName, given: StageInput, seen: Seen) -> None:
        work = given.work
        try:
            result = await STAGES[name](given)
        except SkipStageError as skipped:
            seen.outcome = "skipped"
            await stages.skip_stage(self.database, work.job_id, name, str(skipped))
        except MEDIA_ERRORS as error:
            if name in REQUIRED:
                raise
            seen.outcome = "skipped"
            await stages.skip_stage(self.database, work.job_id, name, f"This could not be read: {error}")
        else:
            await stages.finish_stage(self.database, work.job_id, name, result.columns, result.message)

    async def _delay(self, job_id: UUID, error: Exception) -> None:
        """Tell whoever watches why a job takes longer, unless it is the database that is away."""
        if isinstance(error, ReelgraphError):
            with suppress(*TRANSIENT):
                await stages.delay_stages(self.database, job_id, f"{str(error).rstrip('.')}; it is tried again soon.")


def _check_size(path: Path, announced: int) -> None:
    try:
        stored = path.stat().st_size
    except FileNotFoundError:
        raise OriginalMissingError from None
    if stored != announced:
        raise OriginalDamagedError(stored=stored, announced=announced)

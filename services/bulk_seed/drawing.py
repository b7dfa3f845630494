"""Planned videos become rows: what their upload and their jobs would have left in the database."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import orjson

from database.video_job import ACTIVE, ProcessingStatus, Stage, StageName, StageStatus
from services.bulk_seed import text
from services.bulk_seed.files import VideoFile
from services.bulk_seed.plan import PlannedVideo, uuid7_at
from services.bulk_seed.records import JobRecord, MetadataRecord, Records, VideoRecord
from services.video_job_stages import pending_stages

COMPLETED, FAILED = ProcessingStatus.COMPLETED, ProcessingStatus.FAILED
# Of a hundred newest jobs, and of ten older ones; a video's newest job is the only one that may be active.
NEWEST_STATUS = (COMPLETED,) * 90 + (FAILED,) * 6 + ACTIVE * 2
OLDER_STATUS = (COMPLETED,) * 9 + (FAILED,)
ERRORS = (
    *(("UNREADABLE_MEDIA", "The file is damaged: it ends in the middle."),) * 4,
    ("TIMED_OUT", "Reading the file took longer than its limits allow."),
    ("INTERNAL_ERROR", "Something went wrong on our side. Please try again later."),
)
# How the stages of a completed job ended: the files would have no subtitles in them.
ENDED_STAGES = [
    (name, StageStatus.SKIPPED, "This video has no subtitle track with text.")
    if name == StageName.SUBTITLES
    else (name, StageStatus.DONE, None)
    for name in StageName
]


def draw(planned: Iterable[PlannedVideo], jobs_per_video: int) -> Records:
    """The rows of videos, their jobs, and the metadata of the completed ones."""
    records = Records()
    for video in planned:
        file = VideoFile.drawn(video.random, video.created_at)
        record = _video(video, file)
        records.videos.append(record)
        for job in _jobs(video.random, record, file, jobs_per_video):
            records.jobs.append(job)
            if job.status == COMPLETED:
                records.metadata.append(_metadata(video.random, job, file))
    return records


def _video(video: PlannedVideo, file: VideoFile) -> VideoRecord:
    uploaded_at = video.created_at + timedelta(milliseconds=500 + file.size_bytes // 10_000)
    return VideoRecord(
        id=video.id,
        uploader_user_id=video.owner,
        original_filename=file.name,
        storage_path=f"videos/{video.id.hex}/original",
        content_type=file.content_type,
        size_bytes=file.size_bytes,
        uploaded_at=uploaded_at,
        created_at=video.created_at,
        updated_at=uploaded_at,
    )


def _jobs(random: Random, video: VideoRecord, file: VideoFile, count: int) -> Iterator[JobRecord]:
    """A video's jobs, oldest first; each begins after the one before has ended."""
    created_at = video.uploaded_at
    for attempt in range(1, count + 1):
        status = random.choice(NEWEST_STATUS if attempt == count else OLDER_STATUS)
        job = _job(random, video, file, status=status, created_at=created_at, attempt=attempt)
        yield job
        created_at = job.updated_at + timedelta(minutes=random.randint(1, 3 * 24 * 60))


def _job(
    random: Random,
    video: VideoRecord,
    file: VideoFile,
    *,
    status: ProcessingStatus,
    created_at: datetime,
    attempt: int,
) -> JobRecord:
    started_at = finished_at = None
    if status != ProcessingStatus.PENDING:
        started_at = created_at + timedelta(milliseconds=random.randint(20, 60_000))
    if started_at and status not in ACTIVE:
        finished_at = started_at + timedelta(seconds=round(0.5 + file.duration_seconds * random.uniform(0.01, 0.1), 3))
    code, message = random.choice(ERRORS) if status == FAILED else (None, None)
    return JobRecord(
        id=uuid7_at(created_at, random),
        uploader_user_id=video.uploader_user_id,
        video_id=video.id,
        status=status,
        processing_stages=orjson.dumps(_stages(status, started_at, finished_at, message)).decode(),
        error_message=message,
        error_code=code,
        attempt=attempt,
        started_at=started_at,
        finished_at=finished_at,
        created_at=created_at,
        updated_at=finished_at or started_at or created_at,
    )


def _stages(
    status: ProcessingStatus, started_at: datetime | None, finished_at: datetime | None, message: str | None
) -> list[Stage]:
    """The stages of a job: all ended one after the other, or the first running or failed and the others not begun."""
    if status == COMPLETED and started_at and finished_at:
        lasting = (finished_at - started_at) / len(StageName)
        instants = [(started_at + number * lasting).isoformat() for number in range(len(StageName) + 1)]
        return [
            Stage(name=name, status=ended, started_at=began, finished_at=end, message=reason)
            for (name, ended, reason), began, end in zip(ENDED_STAGES, instants, instants[1:], strict=False)
        ]
    if started_at is None:
        return pending_stages()
    first = Stage(
        name=next(iter(StageName)),
        status=StageStatus.FAILED if status == FAILED else StageStatus.RUNNING,
        started_at=started_at.isoformat(),
        finished_at=finished_at.isoformat() if finished_at else None,
        message=message,
    )
    return pending_stages(besides=[first])


def _metadata(random: Random, job: JobRecord, file: VideoFile) -> MetadataRecord:
    """What a completed job found, and in most cases what its owner wrote about it."""
    assert job.finished_at is not None
    is_described = random.random() < 0.8
    return MetadataRecord(
        id=uuid7_at(job.finished_at, random),
        uploader_user_id=job.uploader_user_id,
        job_id=job.id,
        title=file.title if is_described else None,
        description=text.description(random, file.topic) if is_described else None,
        tags=text.tags(random, file.topic) if is_described else [],
        transcript_text=text.transcript(random, file.topic),
        thumbnail_storage_path=thumbnail_path(job.video_id, job.id),
        extracted_video_duration_seconds=file.duration_seconds,
        extracted_video_resolution=file.resolution,
        extracted_video_format=file.format,
        created_at=job.finished_at,
        updated_at=job.finished_at,
    )


def thumbnail_path(video_id: UUID, job_id: UUID) -> str:
    """Where the THUMBNAIL stage would have put its picture."""
    return f"videos/{video_id.hex}/jobs/{job_id.hex}/thumbnail.jpg"

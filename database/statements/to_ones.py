"""The relations that may come with their parents' rows."""

from typing import Any

from sqlalchemy import Select

from database.paging import first
from database.statement import is_viewers
from database.to_one import ToOne
from database.video import Video, VideoRow
from database.video_job import ProcessingStatus, VideoJob, VideoJobRow
from database.video_metadata import VideoMetadata, VideoMetadataRow


def _newest(query: Select[Any]) -> Select[Any]:
    return first(query.order_by(VideoJob.created_at.desc(), VideoJob.id.desc()), 1)


def _of_newest_completed_job(query: Select[Any]) -> Select[Any]:
    completed = (
        VideoJob.id == VideoMetadata.job_id,
        is_viewers(VideoJob),
        VideoJob.status == ProcessingStatus.COMPLETED,
    )
    return _newest(query.where(*completed))


NEWEST_JOB_OF_VIDEO = ToOne("newest_job", VideoRow, VideoJobRow, VideoJob, VideoJob.video_id, "id", _newest)
METADATA_OF_VIDEO = ToOne(
    "metadata", VideoRow, VideoMetadataRow, VideoMetadata, VideoJob.video_id, "id", _of_newest_completed_job
)
VIDEO_OF_JOB = ToOne("video", VideoJobRow, VideoRow, Video, Video.id, "video_id")
METADATA_OF_JOB = ToOne("metadata", VideoJobRow, VideoMetadataRow, VideoMetadata, VideoMetadata.job_id, "id")
JOB_OF_METADATA = ToOne("job", VideoMetadataRow, VideoJobRow, VideoJob, VideoJob.id, "job_id")

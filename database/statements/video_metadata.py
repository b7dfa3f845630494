"""Reading metadata."""

from sqlalchemy import and_

from database.statement import Statement, for_each_key, one_each, owned
from database.video_job import ProcessingStatus, VideoJob
from database.video_metadata import VideoMetadata, VideoMetadataRow, VideoMetadataTextsRow

METADATA_BY_ID = one_each(VideoMetadata, VideoMetadataRow, "metadata_by_id", by=VideoMetadata.id)
METADATA_OF_JOB = one_each(VideoMetadata, VideoMetadataRow, "metadata_of_job", by=VideoMetadata.job_id)
METADATA_TEXTS = one_each(VideoMetadata, VideoMetadataTextsRow, "metadata_texts", by=VideoMetadata.id)

METADATA_OF_VIDEO = Statement(
    "metadata_of_video",
    VideoMetadataRow,
    for_each_key(
        owned(VideoMetadata, VideoMetadataRow, key=VideoJob.video_id)
        .join(
            VideoJob,
            and_(
                VideoJob.id == VideoMetadata.job_id,
                VideoJob.uploader_user_id == VideoMetadata.uploader_user_id,
                VideoJob.status == ProcessingStatus.COMPLETED,
            ),
        )
        .order_by(VideoJob.created_at.desc(), VideoJob.id.desc())
        .limit(1),
        VideoJob.video_id.expression,
    ),
)

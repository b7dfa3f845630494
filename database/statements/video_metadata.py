"""Reading metadata."""

from database.statement import Statement, for_each_key, one_each
from database.statements import to_ones
from database.video_job import VideoJob
from database.video_metadata import VideoMetadata, VideoMetadataRow, VideoMetadataTextsRow

METADATA_BY_ID = one_each(VideoMetadata, VideoMetadataRow, "metadata_by_id", by=VideoMetadata.id)
METADATA_OF_JOB = one_each(VideoMetadata, VideoMetadataRow, "metadata_of_job", by=VideoMetadata.job_id)
METADATA_TEXTS = one_each(VideoMetadata, VideoMetadataTextsRow, "metadata_texts", by=VideoMetadata.id)

METADATA_OF_VIDEO = Statement(
    "metadata_of_video",
    VideoMetadataRow,
    for_each_key(to_ones.METADATA_OF_VIDEO.rows(), VideoJob.video_id.expression),
)

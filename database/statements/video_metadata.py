"""Reading metadata."""

from functools import lru_cache

from database.statement import Statement
from database.statements import MOST_STATEMENTS
from database.statements.to_ones import METADATA_OF_JOB, METADATA_OF_VIDEO
from database.to_one import first_each, one_each
from database.video_metadata import VideoMetadata, VideoMetadataRow, VideoMetadataTextsRow
from database.wanted import EVERYTHING, Wanted

METADATA_TEXTS = one_each(VideoMetadata, VideoMetadataTextsRow, "metadata_texts", EVERYTHING, by=VideoMetadata.id)


@lru_cache(MOST_STATEMENTS)
def metadata_by_id(wanted: Wanted = EVERYTHING) -> Statement[VideoMetadataRow]:
    """Metadata by id."""
    return one_each(VideoMetadata, VideoMetadataRow, "metadata_by_id", wanted, by=VideoMetadata.id)


@lru_cache(MOST_STATEMENTS)
def metadata_of_job(wanted: Wanted = EVERYTHING) -> Statement[VideoMetadataRow]:
    """The metadata of each job."""
    return one_each(
        VideoMetadata,
        VideoMetadataRow,
        "metadata_of_job",
        wanted,
        by=VideoMetadata.job_id,
        relation=METADATA_OF_JOB,
    )


@lru_cache(MOST_STATEMENTS)
def metadata_of_video(wanted: Wanted = EVERYTHING) -> Statement[VideoMetadataRow]:
    """The metadata of each video's newest completed job."""
    return first_each(METADATA_OF_VIDEO, VideoMetadataRow, "metadata_of_video", wanted)

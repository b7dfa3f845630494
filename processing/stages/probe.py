"""PROBE: duration, resolution and container format."""

from processing import media
from processing.stages.stage import StageInput, StageResult


async def run(given: StageInput) -> StageResult:
    """Read what the container and its first video stream say."""
    probe = await media.probe(given.file.path, given.file.limits)
    return StageResult(
        {
            "extracted_video_duration_seconds": probe.duration_seconds,
            "extracted_video_resolution": probe.resolution,
            "extracted_video_format": probe.format,
        }
    )

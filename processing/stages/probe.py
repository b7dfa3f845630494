"""PROBE: duration, resolution and container format."""

from collections.abc import Mapping
from typing import Any

from processing import media
from processing.stages import StageInput


async def run(given: StageInput) -> Mapping[str, Any]:
    """Read what the container and its first video stream say."""
    probe = await media.probe(given.file, given.limits)
    return {
        "extracted_video_duration_seconds": probe.duration_seconds,
        "extracted_video_resolution": probe.resolution,
        "extracted_video_format": probe.format,
    }

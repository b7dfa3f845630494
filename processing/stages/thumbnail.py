"""THUMBNAIL: a picture of the video."""

from collections.abc import Mapping
from typing import Any

from processing import media
from processing.stages import StageInput

WIDTH = 640


async def run(given: StageInput) -> Mapping[str, Any]:
    """Keep a JPEG, 640 pixels wide. The path is the job's, so a second run overwrites the first's picture."""
    path = f"videos/{given.work.video_id.hex}/jobs/{given.work.job_id.hex}/thumbnail.jpg"
    await given.storage.put(path, await media.thumbnail(given.file, given.limits, width=WIDTH))
    return {"thumbnail_storage_path": path}

"""THUMBNAIL: a picture of the video."""

from processing import media
from processing.stages.stage import StageInput, StageResult

WIDTH = 640


async def run(given: StageInput) -> StageResult:
    """Keep a JPEG, 640 pixels wide."""
    picture = await media.thumbnail(given.file.path, given.file.limits, width=WIDTH)
    path = await given.keep("thumbnail.jpg", picture, content_type="image/jpeg")
    return StageResult({"thumbnail_storage_path": path})

"""DESCRIPTION: what the video is called and what it is about."""

from processing.providers import DescriptionSource, Nothing
from processing.stages.stage import SkipStageError, StageInput, StageResult


async def run(given: StageInput) -> StageResult:
    """Keep title, description, tags and show notes, as far as there are any."""
    facts = await given.file.facts()
    source = DescriptionSource(
        original_filename=given.work.original_filename,
        tags=facts.tags,
        transcript_text=given.found.transcript_text,
        duration_seconds=given.found.duration_seconds or facts.duration_seconds,
    )
    description = await given.providers.describer.describe(source)
    if isinstance(description, Nothing):
        raise SkipStageError(description.reason)
    return StageResult(
        {
            "title": description.title,
            "description": description.description,
            "tags": list(description.tags),
            "show_notes_text": description.show_notes,
        }
    )

"""TRANSCRIPT: what is said in the video."""

from collections.abc import Sequence

from processing.media import MediaTimeoutError, SubtitleTrack, UnreadableMediaError
from processing.providers import Nothing, TranscriptSource
from processing.stages.stage import SkipStageError, StageInput, StageResult


async def run(given: StageInput) -> StageResult:
    """Keep the transcript as text to search and as a file."""
    facts = await given.file.facts()
    source = TranscriptSource(
        file=given.file.path,
        limits=given.file.limits,
        subtitles=await _readable_subtitles(given),
        has_sound=facts.has_sound,
        duration_seconds=given.found.duration_seconds or facts.duration_seconds,
    )
    transcript = await given.providers.transcriber.transcribe(source)
    if isinstance(transcript, Nothing):
        raise SkipStageError(transcript.reason)
    path = await given.keep("transcript.txt", transcript.text.encode(), content_type="text/plain; charset=utf-8")
    return StageResult({"transcript_text": transcript.text, "transcript_storage_path": path})


async def _readable_subtitles(given: StageInput) -> Sequence[SubtitleTrack]:
    try:
        return await given.file.subtitles()
    except (UnreadableMediaError, MediaTimeoutError):
        return ()  # SUBTITLES says so; the sound may still be good

"""SUBTITLES: the text tracks in the video as files of their own."""

from collections.abc import AsyncIterator, Sequence

from database.video_metadata import SubtitleFile, SubtitleFormat
from processing.captions import to_srt, to_vtt
from processing.media import SubtitleTrack
from processing.stages.stage import SkipStageError, StageInput, StageResult

FORMATS = (
    (SubtitleFormat.VTT, to_vtt, "text/vtt"),
    (SubtitleFormat.SRT, to_srt, "application/x-subrip"),
)


async def run(given: StageInput) -> StageResult:
    """Keep each track as WebVTT and as SubRip, in the order of the tracks."""
    tracks = await given.file.subtitles()
    if not tracks:
        raise SkipStageError("This video has no subtitle track with text.")
    files = [file for number, track in enumerate(tracks, 1) async for file in _files(given, number, track)]
    return StageResult({"subtitle_files": files}, _languages(tracks))


def _languages(tracks: Sequence[SubtitleTrack]) -> str:
    return ", ".join(track.language or "unknown language" for track in tracks)


async def _files(given: StageInput, number: int, track: SubtitleTrack) -> AsyncIterator[SubtitleFile]:
    stem = f"{number}.{track.language}" if track.language else f"{number}"
    for kind, written, content_type in FORMATS:
        name = f"subtitles/{stem}.{kind.lower()}"
        path = await given.keep(name, written(track.cues).encode(), content_type=content_type)
        yield SubtitleFile(format=kind, language=track.language, storage_path=path)

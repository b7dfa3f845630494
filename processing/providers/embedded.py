"""Transcripts and descriptions from what is in the file already; needs no configuration and no network."""

import re
from collections.abc import Mapping, Sequence

from processing.captions import plain_text
from processing.media import SubtitleTrack
from processing.providers.file_names import stem_of, title_from_file_name
from processing.providers.protocol import (
    Description,
    DescriptionSource,
    Nothing,
    Providers,
    Transcript,
    TranscriptSource,
)
from processing.providers.texts import cleaned, fitted

# Tags in which people say what a video is about, the one that says most first.
TITLES = ("title",)
DESCRIPTIONS = ("synopsis", "description", "summary", "comment")
KEYWORDS = ("keywords", "genre")
CREDITS = {"artist": "Artist", "album": "Album", "show": "Show", "date": "Date", "copyright": "Copyright"}
TELLING = (*TITLES, *DESCRIPTIONS, *KEYWORDS, *CREDITS)

DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)([T ].*)?")
ADDRESS = re.compile(r"https?://\S+")
BETWEEN_KEYWORDS = re.compile(r"[,;\n]")


class EmbeddedTranscriber:
    """Takes the transcript from a subtitle track."""

    async def transcribe(self, source: TranscriptSource) -> Transcript | Nothing:
        track = best_track(source.subtitles)
        if track is None:
            return Nothing("This video has no subtitles to take a transcript from.")
        return Transcript(cleaned(plain_text(track.cues)), track.language)


def best_track(tracks: Sequence[SubtitleTrack]) -> SubtitleTrack | None:
    """The first track with at least half as much text as the fullest one, forced tracks aside; None if none has text.

    The first, because files put the language they were made in first, and the longest would be a matter of which
    language is wordy. Half as much, because a track of signs or songs may come first and not be marked as forced.
    """
    full = [(track, len(plain_text(track.cues).strip())) for track in tracks if not track.is_forced]
    most = max((length for _, length in full), default=0)
    return next((track for track, length in full if length and length * 2 >= most), None)


class EmbeddedDescriber:
    """Takes the description from the container's tags, a title from the file's name where no tag says one."""

    async def describe(self, source: DescriptionSource) -> Description | Nothing:
        description = fitted(
            Description(
                title=_title(source),
                description=_first(source.tags, DESCRIPTIONS),
                tags=tuple(_keywords(source.tags)),
                show_notes=_show_notes(source.tags),
            )
        )
        if description == Description(None, None, (), None):
            return Nothing("Neither the file's name nor the tags in it say what this video is about.")
        return description


def embedded_providers() -> Providers:
    """What works without configuration."""
    return Providers(EmbeddedTranscriber(), EmbeddedDescriber())


def _title(source: DescriptionSource) -> str | None:
    title = _first(source.tags, TITLES)
    # Programs that know no title write the file's name there.
    if title is None or stem_of(title) == stem_of(source.original_filename):
        return title_from_file_name(source.original_filename)
    return title


def _first(tags: Mapping[str, str], names: Sequence[str]) -> str | None:
    """The first of these tags that says something; a bare web address does not."""
    values = (cleaned(tags.get(name, "")) for name in names)
    return next((value for value in values if value and not ADDRESS.fullmatch(value)), None)


def _keywords(tags: Mapping[str, str]) -> list[str]:
    return [word for name in KEYWORDS for word in BETWEEN_KEYWORDS.split(tags.get(name, ""))]


def _show_notes(tags: Mapping[str, str]) -> str | None:
    """The comment, where it is not the description already, and who made the video when."""
    comment = cleaned(tags.get("comment", ""))
    lines = [f"{label}: {_day(value)}" for tag, label in CREDITS.items() if (value := cleaned(tags.get(tag, "")))]
    paragraphs = ["" if comment == _first(tags, DESCRIPTIONS) else comment, "\n".join(lines)]
    return "\n\n".join(filter(None, paragraphs)) or None


def _day(text: str) -> str:
    """The day of a date and time, as 2026-07-14; other texts as they are."""
    return DATE.sub(r"\1-\2-\3", text) if DATE.fullmatch(text) else text

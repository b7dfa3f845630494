"""Transcripts by a model that listens."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

from pydantic import BaseModel

from processing.media import SOUND_BYTES_PER_SECOND, MediaTimeoutError, UnreadableMediaError, sound
from processing.providers.embedded import EmbeddedTranscriber, best_track
from processing.providers.protocol import Nothing, Transcript, TranscriptSource
from processing.providers.service import AIService
from processing.providers.texts import cleaned

# APIs refuse what is shorter than a tenth of a second; nobody says a word in a fifth.
SHORTEST_SECONDS = 0.2
# Each hour costs; a file that claims to be endless is not to cost without end.
LONGEST_SECONDS = 12 * 3600
# Films of few words have subtitles for a fifth of their length, tracks of signs and songs for a hundredth or two.
FULL_SHARE = 0.1
ISO_639 = re.compile(r"[a-z]{2,3}")


class Heard(BaseModel):
    """What we need of the answer; not every API and model tells the language."""

    text: str
    language: str | None = None


class AITranscriber:
    """Takes the transcript from a full subtitle track, which people made and costs nothing; else a model listens.

    The sound is sent in pieces that the API takes, `piece_seconds` at most, and joined in order. A word that lies on
    a cut may suffer.
    """

    def __init__(self, service: AIService, model: str, *, max_audio_bytes: int, max_audio_seconds: float) -> None:
        self._service = service
        self._model = model
        self._max_audio_bytes = max_audio_bytes
        self._embedded = EmbeddedTranscriber()
        # MP3 comes in frames and with a header: a second is more than they take.
        self.piece_seconds = min(max_audio_seconds, max_audio_bytes // SOUND_BYTES_PER_SECOND - 1)

    async def transcribe(self, source: TranscriptSource) -> Transcript | Nothing:
        from_file = await self._embedded.transcribe(source)
        if not source.has_sound or has_full_track(source):
            return from_file
        if (source.duration_seconds or 0) > LONGEST_SECONDS:
            heard: Transcript | Nothing = Nothing("This video is longer than the 12 hours that are listened to.")
        else:
            heard = await self._listen(source)
        return from_file if isinstance(heard, Nothing) and isinstance(from_file, Transcript) else heard

    async def _listen(self, source: TranscriptSource) -> Transcript | Nothing:
        texts, language = [], None
        try:
            async for piece in self._pieces(source):
                heard = await self._hear(piece)
                texts.append(cleaned(heard.text))
                language = language or _code(heard.language)
        except (UnreadableMediaError, MediaTimeoutError) as error:
            return Nothing(str(error))  # the picture may be good all the same
        text = "\n".join(filter(None, texts))
        return Transcript(text, language) if text else Nothing("Nothing is said in this video.")

    async def _pieces(self, source: TranscriptSource) -> AsyncIterator[bytes]:
        """The sound from beginning to end, as MP3 files that the API takes."""
        # A piece may be larger than what else is read from a file.
        limits = replace(source.limits, output_bytes=max(source.limits.output_bytes, self._max_audio_bytes))
        start = 0.0
        while start < LONGEST_SECONDS:
            piece = await sound(source.file, limits, start_seconds=start, seconds=self.piece_seconds)
            start += self.piece_seconds
            if len(piece) >= SHORTEST_SECONDS * SOUND_BYTES_PER_SECOND:
                yield piece
            elif start >= (source.duration_seconds or 0):
                return  # before, it is a gap: sound may begin late

    async def _hear(self, piece: bytes) -> Heard:
        return await self._service.ask(
            "audio/transcriptions",
            Heard,
            files={"file": ("sound.mp3", piece, "audio/mpeg")},
            # Newer models refuse "verbose_json", the form that would always tell the language.
            data={"model": self._model, "response_format": "json"},
        )


def has_full_track(source: TranscriptSource) -> bool:
    """Whether a subtitle track follows what is said from beginning to end, as far as that can be told."""
    track = best_track(source.subtitles)
    if track is None:
        return False
    shown = sum(cue.end_seconds - cue.start_seconds for cue in track.cues)
    return source.duration_seconds is None or shown >= FULL_SHARE * source.duration_seconds


def _code(language: str | None) -> str | None:
    """The ISO 639 code, if it is one: some models say "english"."""
    code = (language or "").lower()
    return code if ISO_639.fullmatch(code) else None

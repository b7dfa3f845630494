"""What is read from a video file. Media is hostile, so every read happens in a confined child process."""

from processing.media.calls import facts_of_container, probe, sound, subtitles, thumbnail
from processing.media.errors import MediaTimeoutError, UnreadableMediaError
from processing.media.limits import Limits
from processing.media.results import SOUND_BYTES_PER_SECOND, ContainerFacts, Cue, Probe, SubtitleTrack

__all__ = [
    "SOUND_BYTES_PER_SECOND",
    "ContainerFacts",
    "Cue",
    "Limits",
    "MediaTimeoutError",
    "Probe",
    "SubtitleTrack",
    "UnreadableMediaError",
    "facts_of_container",
    "probe",
    "sound",
    "subtitles",
    "thumbnail",
]

"""What is read from a video file. Media is hostile, so every read happens in a confined child process."""

from processing.media.calls import probe, thumbnail
from processing.media.errors import MediaTimeoutError, UnreadableMediaError
from processing.media.limits import Limits
from processing.media.results import Probe

__all__ = ["Limits", "MediaTimeoutError", "Probe", "UnreadableMediaError", "probe", "thumbnail"]

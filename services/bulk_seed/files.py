"""The video files of a bulk library, as their uploaders and the PROBE stage would describe them."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Self

from services.bulk_seed import text
from services.bulk_seed.vocabulary import THINGS

TOPICS = tuple(THINGS)
# Extension, content type, and the container's name as the PROBE stage gives it; the usual ones more often.
FORMATS = (
    *(("mp4", "video/mp4", "mp4"),) * 12,
    *(("mov", "video/quicktime", "mov"),) * 4,
    *(("webm", "video/webm", "webm"),) * 2,
    ("mkv", "video/x-matroska", "matroska"),
    ("avi", "video/x-msvideo", "avi"),
)
# Width and height in pixels, and bits a second.
RESOLUTIONS = (
    *(("1920x1080", 6_000_000),) * 5,
    *(("1280x720", 3_000_000),) * 3,
    *(("1080x1920", 5_000_000),) * 2,
    ("3840x2160", 24_000_000),
    ("854x480", 1_200_000),
    ("640x480", 1_000_000),
)
LONGEST_SECONDS = 3 * 3600


@dataclass(frozen=True, slots=True)
class VideoFile:
    """A file and what it is about. `resolution` is "1920x1080"; `topic` is one of the vocabulary's."""

    topic: str
    title: str
    name: str
    content_type: str
    format: str
    resolution: str
    size_bytes: int
    duration_seconds: float

    @classmethod
    def drawn(cls, random: Random, created_at: datetime) -> Self:
        """A file that somebody might have uploaded at an instant."""
        topic = random.choice(TOPICS)
        title = text.title(random, topic)
        extension, content_type, container = random.choice(FORMATS)
        resolution, bits_per_second = random.choice(RESOLUTIONS)
        # The middle one is four minutes long.
        duration = round(1 + min(random.lognormvariate(5.5, 1.2), LONGEST_SECONDS), 3)
        size = int(duration * bits_per_second / 8 * random.uniform(0.6, 1.4))
        name = f"{_stem(random, title, created_at)}.{extension}"
        return cls(topic, title, name, content_type, container, resolution, size, duration)


def _stem(random: Random, title: str, created_at: datetime) -> str:
    """A name without its extension: from a camera, a phone, or of the title."""
    match random.randrange(6):
        case 0:
            return f"IMG_{random.randint(1, 9999):04}"
        case 1:
            return f"VID_{created_at:%Y%m%d_%H%M%S}"
        case 2:
            return f"DJI_{random.randint(1, 999):04}"
        case 3:
            return title.lower().replace(":", "").replace(",", "").replace(" ", "-")
        case _:
            return title.replace(":", " -")

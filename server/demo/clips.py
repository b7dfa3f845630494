"""The files of the demo library: a dozen clips as different as what people upload, one of them broken."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.demo import scenes
from server.demo.recording import Recording, Subtitles, Track

H264 = {"preset": "ultrafast", "crf": "33"}
VP9 = {"deadline": "realtime", "cpu-used": "8", "crf": "46", "b": "0"}
VP8 = {"deadline": "realtime", "cpu-used": "-8", "b": "900k", "lag-in-frames": "0", "threads": "1"}
HEVC = {"preset": "ultrafast", "crf": "32", "x265-params": "log-level=none"}

CROSSING_EN = (
    "We have just left the harbour of Oskarshamn.",
    "Three more hours to Visby, and the sea is calm.",
    "You only get a sunset like this in June.",
    "Tomorrow morning we cycle out to the sea stacks.",
)
CROSSING_DE = (
    "Wir haben gerade den Hafen von Oskarshamn verlassen.",
    "Noch drei Stunden bis Visby, und die See ist ruhig.",
    "So einen Sonnenuntergang sieht man nur im Juni.",
    "Morgen früh fahren wir mit dem Rad zu den Raukar.",
)
LECTURE_EN = (
    "Welcome back. Last week we stopped at a single sine wave.",
    "Now we add a third of a wave that is three times as fast.",
    "With a fifth of the next one, the shoulders grow steeper.",
    "And with the seventh you can already see a square wave.",
)


@dataclass(frozen=True, slots=True)
class Clip:
    """A file as somebody would upload it.

    `resolution` is as shown, "720x1280" if upright. What is not whole ends in the middle, like a broken upload.
    """

    filename: str
    content_type: str
    resolution: str
    recording: Recording
    is_whole: bool = True

    def write(self, folder: Path) -> Path:
        """Make the file in `folder`."""
        path = folder / self.filename
        self.recording.write(path)
        if not self.is_whole:
            with path.open("r+b") as file:
                file.truncate(path.stat().st_size // 2)
        return path


CLIPS = (
    Clip(
        "Überfahrt nach Gotland.mp4",
        "video/mp4",
        "1280x720",
        Recording(
            8,
            Track(scenes.SEA, "libx264", H264),
            Track(scenes.SURF, "aac"),
            (Subtitles("mov_text", "eng", CROSSING_EN), Subtitles("mov_text", "deu", CROSSING_DE)),
            {
                "title": "Überfahrt nach Gotland",
                "artist": "Linnea Berg",
                "date": "2026-06-20",
                "description": "Sunset over the Baltic Sea, from the evening ferry between Oskarshamn and Visby.",
                "comment": "First evening of the summer trip",
                "genre": "Travel, Sea, Sunset",
            },
        ),
    ),
    Clip(
        "aurora-over-abisko.webm",
        "video/webm",
        "854x480",
        Recording(
            6,
            Track(scenes.AURORA, "libvpx-vp9", VP9),
            tags={
                "title": "Aurora over Abisko",
                "artist": "Mikkel Sara",
                "date": "2026-02-11",
                "description": "Northern lights above the ridge, one frame every two seconds, played back at sixteen.",
            },
        ),
    ),
    Clip(
        "Fourier series, lecture 3.mkv",
        "video/x-matroska",
        "640x360",
        Recording(
            12,
            Track(scenes.FOURIER, "libx264", H264),
            Track(scenes.HARMONICS, "libopus", {"b": "64k"}),
            (Subtitles("subrip", "eng", LECTURE_EN),),
            {
                "title": "Fourier series, lecture 3: from sine to square",
                "artist": "Prof. Amara Okafor",
                "description": "Adding odd harmonics one by one until a square wave appears. You can hear them too.",
                "date": "2026-03-04",
                "genre": "Lecture, Mathematics",
            },
        ),
    ),
    Clip(
        "island-flyover-4k.mp4",
        "video/mp4",
        "3840x2160",
        Recording(
            2,
            Track(scenes.ISLANDS, "libx264", H264),
            tags={"title": "Island flyover", "artist": "Atlas Drones", "comment": "Survey flight 12, 4K"},
        ),
    ),
    Clip(
        "VID_20260714_213012.mp4",
        "video/mp4",
        "720x1280",
        # A phone held upright records lying on its side and says how to turn it.
        Recording(
            4,
            Track(scenes.CITY_LIGHTS, "libx264", H264),
            tags={"creation_time": "2026-07-14T19:30:12Z"},
            rotation=-90,
        ),
    ),
    Clip(
        "mandelbrot-zoom.mkv",
        "video/x-matroska",
        "640x360",
        Recording(
            4,
            Track(scenes.MANDELBROT, "libx265", HEVC),
            tags={"title": "Into the Seahorse Valley", "comment": "Twenty-five times closer in four seconds"},
        ),
    ),
    Clip("game_of_life.webm", "video/webm", "640x360", Recording(8, Track(scenes.LIFE, "libvpx", VP8))),
    Clip(
        "lissajous-fifth.mp4",
        "video/mp4",
        "600x600",
        Recording(
            4,
            Track(scenes.LISSAJOUS, "libx264", H264),
            Track(scenes.CHORD, "aac"),
            tags={
                "title": "What a fifth looks like",
                "artist": "Studio Oszillo",
                "description": "200 Hz on the left channel, 300 Hz on the right, on an oscilloscope.",
            },
        ),
    ),
    Clip(
        "Bouncing Ball (1998).avi",
        "video/x-msvideo",
        "640x480",
        Recording(
            6,
            Track(scenes.BALL, "mpeg4", {"b": "500k"}),
            Track(scenes.BOUNCE, "libmp3lame", {"b": "64k"}),
            tags={"title": "Bouncing Ball", "artist": "R. Lindqvist", "date": "1998"},
        ),
    ),
    Clip(
        "warp-speed.ts",
        "video/mp2t",
        "960x540",
        Recording(5, Track(scenes.STARS, "libx264", H264), Track(scenes.ENGINE, "aac")),
    ),
    Clip(
        "Test card 1080p.mov",
        "video/quicktime",
        "1920x1080",
        Recording(
            2,
            Track(scenes.TEST_CARD, "libx264", H264),
            Track(scenes.TEST_TONE, "pcm_s16le"),
            tags={"title": "SMPTE test card", "comment": "Colour bars with a tone of 1 kHz, 29.97 frames per second"},
        ),
    ),
    Clip("IMG_4711.mp4", "video/mp4", "640x360", Recording(2, Track(scenes.CLOCK, "libx264", H264)), is_whole=False),
)


def make_clips(folder: Path) -> Iterator[tuple[Clip, Path]]:
    """Make the files in `folder` one by one, each yielded when it is there; 8 seconds for a dozen on two cores."""
    folder.mkdir(parents=True, exist_ok=True)
    for clip in CLIPS:
        yield clip, clip.write(folder)

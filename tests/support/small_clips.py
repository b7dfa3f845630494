"""Videos of two seconds that are quick to make and quick to read: what processing finds in each is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from server.demo.recording import Recording, Subtitles, Track

PICTURE = Track("testsrc=size=320x180:rate=10", "libx264", {"preset": "ultrafast", "crf": "35"})
SOUND = Track("sine=frequency=440:sample_rate=16000", "aac", {"b": "32k"})
LINES = ("A job must end, once.", "Whatever dies on the way.")
SUBTITLES = (Subtitles("subrip", "eng", LINES), Subtitles("subrip", "swe", LINES))

CUT_BYTES = 4000


@dataclass(frozen=True, slots=True)
class SmallClip:
    """A file to upload, by its kind."""

    kind: str
    path: Path
    is_good: bool = True

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return self.path.read_bytes()


def make_small_clips(folder: Path) -> Mapping[str, SmallClip]:
    """Good ones (`silent`, `spoken`, `subtitled`) and bad ones (`cut`, `noise`), by their kinds."""
    silent = Recording(2, PICTURE, tags={"title": "Silent", "comment": "There is nothing to hear."})
    spoken = Recording(2, PICTURE, SOUND, tags={"title": "Spoken"})
    subtitled = Recording(2, PICTURE, SOUND, SUBTITLES, {"title": "Subtitled"})
    paths = {"silent": "silent.mp4", "spoken": "spoken.mkv", "subtitled": "subtitled.mkv"}
    for kind, recording in {"silent": silent, "spoken": spoken, "subtitled": subtitled}.items():
        recording.write(folder / paths[kind])
    # The index of an MP4 is at its end.
    (folder / "cut.mp4").write_bytes((folder / "silent.mp4").read_bytes()[:CUT_BYTES])
    (folder / "noise.mp4").write_bytes(b"This is no video. " * 100)
    good = [SmallClip(kind, folder / name) for kind, name in paths.items()]
    bad = [SmallClip(kind, folder / f"{kind}.mp4", is_good=False) for kind in ("cut", "noise")]
    return {clip.kind: clip for clip in good + bad}

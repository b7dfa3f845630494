"""What a file is by its first bytes: enough to refuse in plain words what is not a video."""

import codecs
from pathlib import Path

from processing.media.errors import UnreadableMediaError
from processing.media.iso_media import is_iso_media

HEAD_BYTES = 4096
UPLOAD_A_VIDEO = "Upload a video file such as MP4, MOV, WebM or Matroska."
UPLOAD_IT_WHOLE = "Upload the whole file again."

_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"8BPS", b"\x00\x00\x01\x00")
_IMAGE_BRANDS = {b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}
_MPEG_AUDIO = (b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9")
_SOUNDS = (b"ID3", b"fLaC", b".snd", b"#!AMR", b"MThd", *_MPEG_AUDIO)
_SOUND_FORMS = {(b"RIFF", b"WAVE"), (b"FORM", b"AIFF"), (b"FORM", b"AIFC")}
_PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"[playlist]", b"v=0")


def read_head(path: Path) -> bytes:
    """The first bytes of the file, from which the functions below judge."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def refuse_known(head: bytes) -> None:
    """Raise UnreadableMediaError if a file that begins with `head` is empty, a picture, sound or a playlist."""
    if not head:
        raise UnreadableMediaError("This file is empty.", UPLOAD_IT_WHOLE)
    if _is_image(head):
        raise UnreadableMediaError("This file is not a video: it is a picture.", UPLOAD_A_VIDEO)
    if head.startswith(_SOUNDS) or (head[:4], head[8:12]) in _SOUND_FORMS:
        raise sound_only()
    if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(_PLAYLISTS):
        message = "This file is not a video: it is a playlist, which only says where videos are."
        raise UnreadableMediaError(message, "Upload the video itself.")


def not_a_video(head: bytes) -> UnreadableMediaError:
    """The error for a file that begins with `head` and that FFmpeg gives up on."""
    if is_iso_media(head):
        return incomplete()
    if _is_text(head):
        return UnreadableMediaError("This file is not a video: it is text.", UPLOAD_A_VIDEO)
    return UnreadableMediaError("This file is not a video, or is damaged beyond reading.", UPLOAD_A_VIDEO)


def sound_only() -> UnreadableMediaError:
    """The error for a file with sound and no moving picture."""
    return UnreadableMediaError("This file is not a video: it has sound but no picture.", UPLOAD_A_VIDEO)


def incomplete() -> UnreadableMediaError:
    """The error for a video whose end was never uploaded."""
    return UnreadableMediaError("This video is incomplete: a part of the file is missing.", UPLOAD_IT_WHOLE)


def is_webm(head: bytes) -> bool:
    """Whether a Matroska file that begins with `head` calls itself WebM: 0x4282 is EBML's DocType."""
    return b"\x42\x82\x84webm" in head[:64]


def _is_image(head: bytes) -> bool:
    is_heif = head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS
    return is_heif or head.startswith(_IMAGES) or (head[:4], head[8:12]) == (b"RIFF", b"WEBP")


def _is_text(head: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)  # incremental: the head may end inside a character
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character.isspace() for character in text)

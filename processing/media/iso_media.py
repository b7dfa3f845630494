"""The outer boxes of ISO base media files (MP4, QuickTime), which show whether the file is whole."""

import struct
from pathlib import Path

FIRST_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}
# Files have a handful; who has more is up to something.
MOST_BOXES = 1000


def is_iso_media(head: bytes) -> bool:
    """Whether a file that begins with `head` is of the MP4 family."""
    return head[4:8] in FIRST_BOXES


def is_cut_short(path: Path) -> bool:
    """Whether a file of the MP4 family announces more picture and sound than it has.

    A fragmented file is not: it is made to be cut anywhere, as recordings are when the power fails.
    """
    size = path.stat().st_size
    position, kind = 0, b""
    with path.open("rb") as file:
        for _ in range(MOST_BOXES):
            if position >= size or kind == b"moof":
                break
            file.seek(position)
            length, kind = _box(file.read(16))
            if position == 0 and kind not in FIRST_BOXES:
                return False
            if length == 0:
                return False  # to the end of the file
            position += length
    return position > size and kind in {b"moov", b"mdat"}


def _box(header: bytes) -> tuple[int, bytes]:
    """The length and kind of the box with these first bytes; length 0 if it says none that makes sense."""
    if len(header) < 8:
        return 0, b""
    length, kind = struct.unpack_from(">I4s", header)
    if length == 1 and len(header) == 16:
        (length,) = struct.unpack_from(">Q", header, 8)
    return (length if length >= 8 else 0), kind

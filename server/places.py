"""Places in the database's log as requests and answers say them.

They are PostgreSQL's own (`0/16B3748`), so that whoever writes past the API can send theirs.
"""

import re
from collections.abc import Mapping

HEADER = b"x-reelgraph-written"
COOKIE = b"reelgraph_written"
COOKIES = re.compile(rb"(?:^|;)\s*" + COOKIE + rb"=([^;]*)")
PLACE = re.compile(rb"([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})")
# What no replica has reached: who is held to it reads on the primary.
BEYOND = 2**64 - 1


def place_in(headers: Mapping[bytes, bytes]) -> int:
    """The place that a request's reads must have come to; what can't be understood is beyond all of them."""
    said = [headers[HEADER]] if HEADER in headers else []
    said += COOKIES.findall(headers.get(b"cookie", b""))
    return max(map(_number, said), default=0)


def in_words(place: int) -> str:
    """A place as PostgreSQL writes it."""
    return f"{place >> 32:X}/{place & 0xFFFFFFFF:X}"


def _number(said: bytes) -> int:
    match = PLACE.fullmatch(said.strip())
    return BEYOND if match is None else int(match[1], 16) << 32 | int(match[2], 16)

"""HTTP headers that keep what users send from being run by a browser."""

import re
from urllib.parse import quote

# No "+": browsers run scripts in anything whose type ends in "+xml".
SAFE_TYPE = re.compile(r"(video|audio)/[a-z0-9.-]+|image/(jpeg|png|webp)|text/vtt|application/x-subrip")
ANYTHING = "application/octet-stream"


def bare_type(content_type: str) -> str:
    """A media type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def safe_type(content_type: str) -> str:
    """The bare type, if browsers show it without running anything; otherwise one that they only save."""
    bare = bare_type(content_type)
    return bare if SAFE_TYPE.fullmatch(bare) else ANYTHING


def content_disposition(content_type: str, filename: str | None, *, longest: int | None = None) -> str:
    """Content-Disposition by RFC 6266 for a safe type, with any text as a file name, of `longest` characters at most.

    Too long a name loses characters before its extension.
    """
    kind = "attachment" if content_type == ANYTHING else "inline"
    if not filename:
        return kind
    name = re.sub(r"[\x00-\x1f\x7f/\\]", "_", filename)
    if longest and len(name) > longest:
        name = name[: longest - 10] + name[-10:]
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"

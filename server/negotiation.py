"""What a client takes, by `Accept` and `Accept-Encoding` as RFC 9110 has them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from starlette.datastructures import Headers

ReadT = TypeVar("ReadT")

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"
PAGE = "text/html"

IDENTITY = "identity"
# Of two that a client likes as well, the first: for a large answer it is the one that is there sooner.
CODINGS = ("zstd", "br", "gzip")

WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
# One element of a list, with its parameters, in which commas and semicolons may stand between quotes.
ELEMENT = re.compile(
    rf'\s*(?P<value>{WORD}(?:/{WORD})?)\s*(?P<parameters>(?:;\s*(?:{WORD}=(?:{WORD}|"(?:[^"\\]|\\.)*")\s*)?)*)'
)
PARAMETER = re.compile(rf';\s*({WORD})=({WORD}|"(?:[^"\\]|\\.)*")')
QUALITY = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
# A quote that does not end takes all that follows, so that no text is gone through twice.
BETWEEN_QUOTES = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?$)|,')

# Clients send few different headers; longer ones are read anew each time, lest many of them fill the memory.
MOST_KEPT = 256
LONGEST_KEPT = 300


class Kept(dict[bytes, ReadT]):
    """What headers' values come to, by the values as they came; those that are new are read."""

    def __init__(self, read: Callable[[str], ReadT]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, value: bytes) -> ReadT:
        found = self._read(value.decode("latin-1"))
        if len(value) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[value] = found
        return found


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an `Accept` header takes.

    `json` is the one of GraphQL's two media types that is preferred, None where the client takes neither. `says_json`:
    it names one of them, and not just any type. `prefers_page`: a web page rather than JSON.
    """

    json: str | None
    says_json: bool
    events: bool
    prefers_page: bool


@dataclass(frozen=True, slots=True)
class Encoding:
    """What an `Accept-Encoding` header takes: the coding that is preferred, None for the plain bytes.

    `plain` says whether these are taken, too.
    """

    coding: str | None
    plain: bool


def _accepted(header: str) -> Accepted:
    """Reads `Accept`. Where nothing in it can be understood, it is as if it had not come."""
    ranges = dict(_elements(header, typed=True)) or {"*/*": 1.0}
    response, json = _quality(ranges, RESPONSE_JSON), _quality(ranges, JSON)
    # Who says no more than "anything" is answered as servers did before there was a type for GraphQL.
    newer = response > json or (response == json and RESPONSE_JSON in ranges)
    best = max(response, json)
    return Accepted(
        json=(RESPONSE_JSON if newer else JSON) if best else None,
        says_json=max(ranges.get(RESPONSE_JSON, 0), ranges.get(JSON, 0)) > 0,
        events=ranges.get(EVENT_STREAM, 0) > 0,
        prefers_page=ranges.get(PAGE, 0) > best,
    )


def _encoding(header: str) -> Encoding:
    """Reads `Accept-Encoding`."""
    said = dict(_elements(header, typed=False))
    if "x-gzip" in said:
        said.setdefault("gzip", said["x-gzip"])
    others = said.get("*", 0.0)
    qualities = {coding: said.get(coding, others) for coding in CODINGS}
    best = max(CODINGS, key=qualities.__getitem__)
    # What is neither named nor excluded by "*;q=0" is taken, but least of all.
    plain = said.get(IDENTITY, said.get("*", 1.0)) > 0
    coding = best if qualities[best] > 0 and qualities[best] >= said.get(IDENTITY, 0.0) else None
    return Encoding(coding, plain)


# Looked up for every request, so that it must cost next to nothing.
ACCEPTED, ENCODINGS = Kept(_accepted), Kept(_encoding)


def listed(headers: Headers, name: str) -> bytes:
    """A header that is a list, however many times it came."""
    return ", ".join(headers.getlist(name)).encode("latin-1")


def charset(content_type: str) -> str:
    """The charset that a `Content-Type` names, in lower case; UTF-8 where it names none."""
    parameters = dict(_parameters(content_type[content_type.find(";") :])) if ";" in content_type else {}
    return parameters.get("charset", "utf-8").lower()


def _quality(ranges: dict[str, float], media_type: str) -> float:
    """By the range that fits best."""
    family = f"{media_type.partition('/')[0]}/*"
    return next((ranges[one] for one in (media_type, family, "*/*") if one in ranges), 0.0)


def _elements(header: str, *, typed: bool) -> Iterator[tuple[str, float]]:
    """The elements of a list, in lower case, with their qualities; what is malformed is passed over.

    With `typed` they are media ranges; other charsets than UTF-8 are none that we have.
    """
    for text in _split(header):
        match = ELEMENT.fullmatch(text)
        if match is None or ("/" in match["value"]) is not typed:
            continue
        parameters = dict(_parameters(match["parameters"]))
        quality = parameters.get("q", "1")
        if QUALITY.fullmatch(quality) and parameters.get("charset", "utf-8").lower() in {"utf-8", "utf8"}:
            yield match["value"].lower(), float(quality)


def _parameters(text: str) -> Iterator[tuple[str, str]]:
    return ((name.lower(), value.strip('"')) for name, value in PARAMETER.findall(text))


def _split(header: str) -> Iterator[str]:
    start = 0
    for match in BETWEEN_QUOTES.finditer(header):
        if match[0] == ",":
            yield header[start : match.start()]
            start = match.end()
    yield header[start:]

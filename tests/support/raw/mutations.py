"""What is done to valid requests: to their JSON, their GraphQL, their headers, their framing and their bytes."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any, TypeAlias

import orjson

from tests.support.raw.hostile import (
    CALM_NAMES,
    HOSTILE,
    METHODS,
    NAMES,
    TARGETS,
    TEXTS,
    TOKENS,
    VALUES,
    WORDS,
)
from tests.support.raw.requests import Raw, frame

Mutation: TypeAlias = Callable[[Raw, Random], Raw]


def change_json(raw: Raw, random: Random) -> Raw:
    """Another value somewhere in the body, a member less, or one more."""
    try:
        body = orjson.loads(raw.body)
    except ValueError:
        return replace(raw, body=random.choice(TEXTS))
    places = list(_places(body))
    if not places or random.random() < 0.1:
        return replace(raw, body=random.choice(TEXTS))
    parent, key = random.choice(places)
    match random.randrange(4):
        case 0:
            del parent[key]
        case 1:
            parent[key] = [parent[key]] * random.choice((1, 3))
        case 2 if isinstance(parent, dict):
            parent[random.choice((*parent, "x", "", "query"))] = random.choice(HOSTILE)
        case _:
            parent[key] = random.choice(HOSTILE)
    return replace(raw, body=json.dumps(body).encode())


def change_graphql(raw: Raw, random: Random) -> Raw:
    """Tokens of the document are lost, doubled, swapped or others."""
    try:
        body = orjson.loads(raw.body)
        tokens = re.findall(r'\w+|"[^"]*"|\S', body["query"])
    except (ValueError, KeyError, TypeError):
        return change_bytes(raw, random)
    for _ in range(random.choice((1, 1, 2, 5))):
        place = random.randrange(len(tokens)) if tokens else 0
        match random.randrange(5):
            case 0:
                del tokens[place : place + random.choice((1, 1, 3))]
            case 1:
                tokens[place:place] = tokens[place : place + 4] * random.choice((1, 2, 20))
            case 2 if tokens:
                other = random.randrange(len(tokens))
                tokens[place], tokens[other] = tokens[other], tokens[place]
            case 3 if tokens:
                tokens[place] = random.choice(TOKENS + WORDS)
            case _:
                tokens.insert(place, random.choice(TOKENS + WORDS + tuple(tokens)))
    return replace(raw, body=json.dumps({**body, "query": " ".join(tokens)}).encode())


def change_header(raw: Raw, random: Random) -> Raw:
    """A header less, twice, with another value, or one more."""
    headers = list(raw.headers)
    place = random.randrange(len(headers)) if headers else 0
    match random.randrange(5):
        case 0:
            del headers[place : place + 1]
        case 1:
            headers += headers[place : place + 1]
        case 2 if headers:
            headers[place] = (headers[place][0], random.choice(VALUES))
        case 3 if headers:
            name, value = headers[place]
            headers[place] = (name, _scrambled(value, random))
        case _:
            headers.insert(place, (random.choice(NAMES), random.choice(VALUES)))
    return replace(raw, headers=tuple(headers))


def change_value(raw: Raw, random: Random) -> Raw:
    """Another value of a header that says nothing about where the request ends."""
    value = random.choice(VALUES)
    if random.random() < 0.3:
        value = f"{value};q={random.choice(('0', '1', '0.5', '2', 'x'))}, {random.choice(VALUES)}"
    name = random.choice(CALM_NAMES)
    return replace(raw, headers=(*(one for one in raw.headers if one[0] != name), (name, value)))


def change_line(raw: Raw, random: Random) -> Raw:
    """Another method, or another target."""
    match random.randrange(3):
        case 0:
            return replace(raw, method=random.choice(METHODS))
        case 1:
            return replace(raw, target=random.choice(TARGETS))
        case _:
            return replace(raw, target=_scrambled(raw.target, random))


def change_framing(raw: Raw, random: Random) -> Raw:
    """A body that is cut differently, or is not as long as it says."""
    match random.randrange(4):
        case 0:
            return replace(raw, chunks=tuple(random.choice((1, 2, 5, 50, 5000)) for _ in range(3)))
        case 1:
            length = max(0, len(raw.body) + random.choice((-9, -1, 1, 50)))
            return replace(raw, headers=(*raw.headers, ("Content-Length", str(length))))
        case 2:
            return replace(raw, headers=(*raw.headers, ("Content-Length", random.choice(VALUES)[:40])))
        case _:
            return replace(raw, headers=(*raw.headers, ("Transfer-Encoding", "chunked")))


def change_bytes(raw: Raw, random: Random) -> Raw:
    """Other bytes in the body, or in one of the frames."""
    if raw.frames:
        frames = list(raw.frames)
        place = random.randrange(len(frames))
        match random.randrange(4):
            case 0:
                frames[place] = scrambled(frames[place], random)
            case 1:
                payload = json.dumps({"type": "subscribe", "id": "1", "payload": random.choice(HOSTILE)}).encode()
                frames[place] = frame(payload)
            case 2:
                payload = random.choice(TEXTS)[:200]
                frames.insert(place, frame(payload, opcode=random.randrange(16), fin=random.random() < 0.5))
            case _:
                frames.insert(place, frame(random.choice(TEXTS)[:5000]))
        return replace(raw, frames=tuple(frames))
    return replace(raw, body=scrambled(raw.body, random))


# What leaves it clear where the request ends, so that the next on its connection can be answered, too.
TAME: tuple[Mutation, ...] = (change_json, change_graphql, change_graphql, change_value)
WILD: tuple[Mutation, ...] = (*TAME, change_header, change_line, change_framing, change_bytes)


def scrambled(content: bytes, random: Random) -> bytes:
    """Bytes of which some are others, lost or doubled."""
    changed = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 8))):
        place = random.randrange(len(changed) + 1)
        match random.randrange(5):
            case 0:
                del changed[place : place + random.choice((1, 2, 20))]
            case 1:
                changed[place:place] = random.randbytes(random.choice((1, 4, 30)))
            case 2:
                changed[place:place] = changed[place : place + random.choice((1, 10, 100))]
            case 3 if changed:
                changed[place % len(changed)] ^= 1 << random.randrange(8)
            case _:
                changed[place:place] = random.choice((b"\r\n", b"\n", b"\0", b"\r\n\r\n", b":", b" ", b"0\r\n\r\n"))
    return bytes(changed)


def _scrambled(text: str, random: Random) -> str:
    return scrambled(text.encode(), random).decode("latin-1")


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every member and element, with what it is in."""
    if isinstance(value, dict | list):
        pairs: Any = value.items() if isinstance(value, dict) else enumerate(value)
        return [place for key, one in list(pairs) for place in ((value, key), *_places(one))]
    return []

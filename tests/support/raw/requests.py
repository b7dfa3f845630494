"""Valid requests of every kind that the server takes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

HOST = "127.0.0.1"
WEBSOCKET_KEY = "dGhlIHNhbXBsZSBub25jZQ=="


@dataclass(frozen=True, slots=True)
class Raw:
    """One HTTP request. `frames` are sent when it has become a WebSocket."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    chunks: tuple[int, ...] = ()
    frames: tuple[bytes, ...] = ()

    @property
    def is_last(self) -> bool:
        """Whether its connection may take no other after it: a stream, an upload, a WebSocket."""
        return bool(self.frames) or self.method == "PUT" or ("Accept", "text/event-stream") in self.headers

    def encoded(self) -> bytes:
        """As it is sent. Headers that it needs are added where it has none of them."""
        framing = ""
        names = {name.lower() for name, _ in self.headers}
        if self.chunks and "transfer-encoding" not in names:
            framing = "Transfer-Encoding: chunked\r\n"
        elif (self.body or self.method in {"POST", "PUT"}) and "content-length" not in names:
            framing = f"Content-Length: {len(self.body)}\r\n"
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        head = f"{self.method} {self.target} HTTP/1.1\r\nHost: {HOST}\r\n{lines}{framing}\r\n"
        return head.encode("utf-8", "surrogatepass") + (self._chunked() if self.chunks else self.body)

    def _chunked(self) -> bytes:
        parts, rest, turn = [], self.body, 0
        while rest:
            size = self.chunks[turn % len(self.chunks)]
            parts.append(b"%x\r\n%b\r\n" % (len(rest[:size]), rest[:size]))
            rest, turn = rest[size:], turn + 1
        return b"".join([*parts, b"0\r\n\r\n"])


@dataclass(frozen=True)
class Ground:
    """What valid requests refer to."""

    token: str
    video: str
    job: str
    uploads: tuple[str, ...]
    file: str
    document_id: str
    documents: tuple[dict[str, Any], ...] = field(default_factory=tuple)

    @property
    def authorization(self) -> tuple[str, str]:
        """The header that signs in."""
        return "Authorization", f"Bearer {self.token}"


def documents(video: str, job: str) -> tuple[dict[str, Any], ...]:
    """Bodies of operations of every kind."""
    page = "nodes { id title status originalFilename } pageInfo { endCursor hasNextPage }"
    return (
        {"query": "{ viewer { id videoCount storedBytes } }"},
        {"query": f"query Page($n: Int, $after: String) {{ videos(first: $n, after: $after) {{ {page} }} }}"}
        | {"variables": {"n": 3, "after": None}, "operationName": "Page"},
        {"query": "query ($id: ID!) { video(id: $id) { id jobs(first: 2) { nodes { id status } } } }"}
        | {"variables": {"id": video}},
        {"query": f'{{ a: node(id: "{video}") {{ id ... on Video {{ title }} }} b: node(id: "{job}") {{ id }} }}'},
        {"query": "{ videoJobs(first: 5, statuses: [COMPLETED]) { nodes { id attempt video { id } } } }"},
        {"query": "{ videos { nodes { ...V } } } fragment V on Video { id title metadata { tags } }"},
        {"query": "{ __schema { queryType { name fields { name } } } }"},
        {"query": "query ($yes: Boolean!) { viewer { id videoCount @include(if: $yes) } }", "variables": {"yes": True}},
        {"query": f'mutation {{ cancelVideoJob(jobId: "{job}") {{ __typename }} }}'},
        {"query": "mutation ($i: CreateVideoUploadInput!) { createVideoUpload(input: $i) { __typename } }"}
        | {"variables": {"i": {"originalFilename": "a.mp4", "contentType": "video/mp4", "sizeBytes": 10}}},
        {"query": "subscription { videoJobEvents { cursor job { id } } }"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}},
    )


def valid(ground: Ground) -> Iterator[Raw]:
    """One of every kind, and more of the kinds that can go wrong in more ways."""
    json_type, signed_in = ("Content-Type", "application/json"), ground.authorization
    for body in (*ground.documents, {"documentId": ground.document_id}):
        content = json.dumps(body).encode()
        post = Raw("POST", "/graphql", (signed_in, json_type), content)
        yield post
        yield replace(post, headers=(*post.headers, ("Accept", "application/graphql-response+json")))
        yield replace(post, headers=(*post.headers, ("Accept", "text/event-stream"), ("Accept-Encoding", "zstd, br")))
        yield replace(post, chunks=(7, 100), headers=(*post.headers, ("Accept-Encoding", "gzip;q=0.5, identity;q=0")))
        yield replace(post, headers=(*post.headers, ("X-Reelgraph-Explain", "analyze=0"), ("GraphQL-Client-Name", "x")))
        yield Raw("GET", f"/graphql?{_query_string(body)}", (signed_in, ("If-None-Match", '"x", W/"y"')))
        yield _websocket(signed_in, body)
    yield Raw("POST", "/graphql", (json_type,), b'{"query": "{ viewer { id } }"}')
    yield Raw("GET", "/graphql", (("Accept", "text/html,*/*;q=0.8"),))
    yield Raw("OPTIONS", "/graphql", _preflight("POST"))
    for target in ("/healthz", "/readyz", "/metrics", "/", "/graphql/assets/missing.js"):
        yield Raw("GET", target)
    for target in ground.uploads:
        yield Raw("PUT", target, (("Content-Type", "video/mp4"),), b"0123456789")
        yield Raw("OPTIONS", target, _preflight("PUT"))
    for span in ("bytes=0-3", "bytes=-5", "bytes=2-", "bytes=900-"):
        yield Raw("GET", ground.file, (("Range", span), ("If-Range", '"x"')))
        yield Raw("HEAD", ground.file, (("Range", span),))


def frame(payload: bytes, *, opcode: int = 1, fin: bool = True, mask: bytes = b"\1\2\3\4") -> bytes:
    """A frame of a WebSocket as clients send it."""
    size = len(payload)
    head = bytes([0x80 * fin | opcode])
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65536:
        head += bytes([0x80 | 126]) + size.to_bytes(2, "big")
    else:
        head += bytes([0x80 | 127]) + size.to_bytes(8, "big")
    return head + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))


def _websocket(signed_in: tuple[str, str], body: dict[str, Any]) -> Raw:
    headers = (
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", WEBSOCKET_KEY),
        ("Sec-WebSocket-Protocol", "graphql-transport-ws"),
    )
    messages: list[dict[str, Any]] = [
        {"type": "connection_init", "payload": dict([signed_in])},
        {"type": "ping", "payload": {"x": 1}},
        {"type": "subscribe", "id": "1", "payload": body},
        {"type": "complete", "id": "1"},
    ]
    return Raw("GET", "/graphql", headers, frames=tuple(frame(json.dumps(message).encode()) for message in messages))


def _preflight(method: str) -> tuple[tuple[str, str], ...]:
    return (
        ("Origin", "http://localhost:3000"),
        ("Access-Control-Request-Method", method),
        ("Access-Control-Request-Headers", "authorization, content-type"),
    )


def _query_string(body: dict[str, Any]) -> str:
    quoted = ((name, value if isinstance(value, str) else json.dumps(value)) for name, value in body.items())
    return "&".join(f"{name}={''.join(f'%{byte:02x}' for byte in value.encode())}" for name, value in quoted)

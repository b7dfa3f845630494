"""What a client sends to `/graphql` over HTTP: its headers, and the operation in its body or query string."""

from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope

from server.graphql_request import NOBODY, Client, GraphQLRequest, checked, said
from server.negotiation import ACCEPTED, ENCODINGS, IDENTITY, JSON, Accepted, Encoding, charset
from server.places import HEADER, place_in
from server.refusals import BadRequestError, MethodNotAllowedError, UnsupportedEncodingError

# Headers that are lists: several of a name are one. Several of another name are refused where it matters which counts.
LISTS = frozenset({b"accept", b"accept-encoding", b"content-encoding", b"if-none-match"})
PARAMETERS = ("query", "variables", "operationName", "extensions", "documentId")
# The longest that is looked at.
LONGEST_CONTENT_TYPE = 300


class ClientGoneError(Exception):
    """The client left before its request was whole."""


class HTTPRequest:
    """A request as ASGI has it: what GraphQL needs of it, and no more."""

    __slots__ = (
        "_headers",
        "_is_read",
        "_max_body_bytes",
        "_receive",
        "_scope",
        "_several",
        "accepted",
        "encoding",
        "method",
    )

    def __init__(self, scope: Scope, receive: Receive, max_body_bytes: int) -> None:
        self._scope = scope
        self._receive = receive
        self._max_body_bytes = max_body_bytes
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        self._is_read = False
        self._several: frozenset[bytes] = frozenset()
        if len(self._headers) != len(scope["headers"]):
            self._headers, self._several = _joined(scope["headers"])
        self.method: str = scope["method"]
        # Which types of answers the client takes, and compressed how.
        self.accepted: Accepted = ACCEPTED[self._headers.get(b"accept", b"")]
        self.encoding: Encoding = ENCODINGS[self._headers.get(b"accept-encoding", b"")]

    def header(self, name: bytes) -> str | None:
        """A header's value; `name` is in lower case. Raises `BadRequestError` where it came with different ones."""
        if name in self._several:
            raise BadRequestError(f"The header {name.decode().title()} came several times: send it once.")
        value = self._headers.get(name)
        return None if value is None else value.decode("latin-1")

    def only(self, name: bytes) -> str | None:
        """The same for what may as well not be there: None where it came with different values."""
        return None if name in self._several else self.header(name)

    @property
    def client(self) -> Client:
        """Which program asks."""
        headers = self._headers
        name = headers.get(b"graphql-client-name")
        if name is None:
            return NOBODY
        return Client.named(said(name), said(headers.get(b"graphql-client-version", b"")))

    @property
    def written(self) -> int:
        """The place in the database's log that the client must see; 0 where it names none."""
        headers = self._headers
        return place_in(headers) if HEADER in headers or b"cookie" in headers else 0

    def require_method(self) -> None:
        """Raises `MethodNotAllowedError` where no operation can come by the request's method."""
        if self.method not in {"GET", "POST"}:
            raise MethodNotAllowedError("Send GET or POST.", "GET, POST")

    def require_answerable(self) -> None:
        """Raises `BadRequestError` where the client takes no answer that we could send."""
        if self.accepted.json is None and not self.accepted.events:
            message = "Answers are application/graphql-response+json or application/json: send one of them in Accept."
            raise BadRequestError(message, 406)
        if self.encoding.coding is None and not self.encoding.plain:
            raise BadRequestError(
                "Answers can be encoded by zstd, br or gzip: send one of them in Accept-Encoding.", 406
            )

    async def left(self) -> bool:
        """Wait until the client has left, once its request was read; False where the server can't tell."""
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                return True
            if self._is_read:
                return False
            self._is_read = not message.get("more_body", False)  # a GET has a body, too: an empty one

    async def operation(self, most_bytes: int | None = None) -> GraphQLRequest:
        """The operation in a POST's JSON body or a GET's query string, of so many bytes."""
        most = most_bytes or self._max_body_bytes
        if self.method == "GET":
            if len(self._scope["query_string"]) > most:
                raise BadRequestError(f"The query string is larger than {most:,} bytes.", 414)
            return checked(_from_query_string(self._scope["query_string"]))
        self._require_json()
        try:
            return checked(orjson.loads(await self._body(most)))
        except orjson.JSONDecodeError as error:
            raise BadRequestError(f"The body is no valid JSON: {error}.") from None

    def _require_json(self) -> None:
        content_type = self.header(b"content-type") or ""
        if content_type != JSON:
            kind = content_type.partition(";")[0].strip().lower()
            if kind != JSON or len(content_type) > LONGEST_CONTENT_TYPE:
                raise BadRequestError("A POST's body must be JSON: send Content-Type: application/json.", 415)
            if charset(content_type) not in {"utf-8", "utf8"}:
                raise BadRequestError("JSON is in UTF-8: send Content-Type: application/json, without a charset.", 415)
        encodings = self.header(b"content-encoding")
        if encodings is not None and encodings.strip().lower() not in {"", IDENTITY}:
            raise UnsupportedEncodingError

    async def _body(self, most: int) -> bytes:
        too_large = BadRequestError(f"The body is larger than {most:,} bytes.", 413)
        announced = self.header(b"content-length") or "0"
        if not announced.isdecimal() or len(announced) > 18:
            raise BadRequestError("The header Content-Length must be a number.")
        if int(announced) > most:
            raise too_large
        body = bytearray()
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGoneError
            body += message.get("body", b"")
            if len(body) > most:
                raise too_large
            if not message.get("more_body", False):
                self._is_read = True
                return bytes(body)


def _joined(headers: list[tuple[bytes, bytes]]) -> tuple[dict[bytes, bytes], frozenset[bytes]]:
    """Headers of which some came several times; and the names of those that may not, with different values."""
    joined: dict[bytes, bytes] = {}
    several = set()
    for name, value in headers:
        if name not in joined:
            joined[name] = value
        elif name in LISTS:
            joined[name] += b", " + value
        elif joined[name] != value:
            several.add(name)
    return joined, frozenset(several)


def _from_query_string(query_string: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(query_string.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise BadRequestError("The query string must be in UTF-8, percent-encoded.") from None
    parameters: dict[str, Any] = {}
    for name, value in pairs:
        if name in parameters and name in PARAMETERS:
            raise BadRequestError(f"The parameter `{name}` came several times: send it once.")
        parameters[name] = value
    for name in ("variables", "extensions"):
        try:
            if parameters.get(name):
                parameters[name] = orjson.loads(parameters[name])
            else:
                parameters.pop(name, None)  # empty is as good as none
        except orjson.JSONDecodeError as error:
            raise BadRequestError(f"The parameter `{name}` is no valid JSON: {error}.") from None
    return parameters

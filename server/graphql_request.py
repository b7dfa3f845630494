"""What a client sends to `/graphql`, checked: requests that are no GraphQL requests get a reason, never a crash."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope

from server.negotiation import ACCEPTED, ENCODINGS, IDENTITY, JSON, Accepted, Encoding, charset
from server.places import HEADER, place_in
from server.refusals import BadRequestError, MethodNotAllowedError, UnsupportedEncodingError

# Headers that are lists: several of a name are one. Several of another name are refused where it matters which counts.
LISTS = frozenset({b"accept", b"accept-encoding", b"content-encoding", b"if-none-match"})
PARAMETERS = ("query", "variables", "operationName", "extensions", "documentId")
# The longest that is looked at.
LONGEST_CONTENT_TYPE = 300

# https://github.com/graphql/graphql-over-http/pull/264, the appendix "Persisted Documents".
DOCUMENT_ID = re.compile(r"sha256:([0-9a-f]{64})")


# Of a client's name and version; what is longer is cut.
LONGEST_NAME = 100


class Client(NamedTuple):
    """Which program asks, as it says itself; empty where it does not."""

    name: str = ""
    version: str = ""

    @classmethod
    def named(cls, name: str, version: str) -> "Client":
        """A client by names of any length."""
        return cls(name[:LONGEST_NAME], version[:LONGEST_NAME])


NOBODY = Client()


def said(value: bytes) -> str:
    """A name as it came in a header: in UTF-8, as most send it, or else as HTTP once had it."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One operation, as a client asks for it: by its document, or by the SHA-256 of one that is registered."""

    query: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    sha256: bytes | None = None


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


def checked(given: Any) -> GraphQLRequest:
    """An operation as it came in JSON; raises `BadRequestError`."""
    if not isinstance(given, dict):
        raise BadRequestError('The body must be a JSON object: {"query": "…", "variables": {…}}.')
    query, variables, name = given.get("query"), given.get("variables"), given.get("operationName")
    for member in ("variables", "extensions"):
        if not isinstance(given.get(member), dict | None):
            raise BadRequestError(f"`{member}` must be a JSON object.")
    sha256 = _document_id(given)
    if sha256 is None and (not isinstance(query, str) or not query.strip()):
        raise BadRequestError("`query` must be a string with a GraphQL document, or `documentId` the id of one.")
    if name is not None and not isinstance(name, str):
        raise BadRequestError("`operationName` must be a string.")
    return GraphQLRequest(query, variables, name, sha256)


def _document_id(given: dict[str, Any]) -> bytes | None:
    """The SHA-256 of the document that is asked for by its id, if one is."""
    document_id = given.get("documentId")
    if document_id is None:
        return _apollo_id(given)
    if given.get("query") is not None:
        raise BadRequestError("Send `query` or `documentId`, not both.")
    match = DOCUMENT_ID.fullmatch(document_id) if isinstance(document_id, str) else None
    if match is None:
        raise BadRequestError("`documentId` must be `sha256:` and 64 hexadecimal digits in lower case.")
    return bytes.fromhex(match[1])


def _apollo_id(given: dict[str, Any]) -> bytes | None:
    """The id as Apollo's clients and urql send it; beside a document it says nothing new."""
    if given.get("query") is not None:
        return None
    persisted = (given.get("extensions") or {}).get("persistedQuery")
    sent = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    match = DOCUMENT_ID.fullmatch(f"sha256:{sent}")
    return bytes.fromhex(match[1]) if match else None

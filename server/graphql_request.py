"""What a client sends to `/graphql`, checked: requests that are no GraphQL requests get a reason, never a crash."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope

from server.places import HEADER, place_in
from server.refusals import BadRequestError

# The largest request body that is read; files are not sent through GraphQL.
MAX_BODY_BYTES = 1024 * 1024

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"

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

    __slots__ = ("_headers", "_receive", "_scope", "method")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        self.method: str = scope["method"]

    def header(self, name: bytes) -> str | None:
        """A header's value; `name` is in lower case."""
        value = self._headers.get(name)
        return None if value is None else value.decode("latin-1")

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

    @property
    def accepted(self) -> str:
        """The one of GraphQL's two media types that the client asked for."""
        return RESPONSE_JSON if RESPONSE_JSON in (self.header(b"accept") or "") else JSON

    @property
    def accepts_events(self) -> bool:
        """Whether the client takes a stream of answers."""
        return EVENT_STREAM in (self.header(b"accept") or "")

    @property
    def accepts_json(self) -> bool:
        """Whether the client said that it takes a single answer."""
        accepted = self.header(b"accept") or ""
        return JSON in accepted or RESPONSE_JSON in accepted

    async def operation(self) -> GraphQLRequest:
        """The operation in a POST's JSON body or a GET's query string."""
        if self.method not in {"GET", "POST"}:
            raise BadRequestError("Send GET or POST.", 405)
        if self.method == "GET":
            return checked(_from_query_string(self._scope["query_string"]))
        if (self.header(b"content-type") or "").partition(";")[0].strip().lower() != JSON:
            raise BadRequestError("A POST's body must be JSON: send Content-Type: application/json.", 415)
        try:
            return checked(orjson.loads(await self._body()))
        except orjson.JSONDecodeError as error:
            raise BadRequestError(f"The body is no valid JSON: {error}.") from None

    async def _body(self) -> bytes:
        too_large = BadRequestError(f"The body is larger than {MAX_BODY_BYTES:,} bytes.", 413)
        announced = self.header(b"content-length") or "0"
        if not announced.isdecimal() or len(announced) > 18:
            raise BadRequestError("The header Content-Length must be a number.")
        if int(announced) > MAX_BODY_BYTES:
            raise too_large
        body: bytes = b""
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGoneError
            body += message.get("body", b"")
            if len(body) > MAX_BODY_BYTES:
                raise too_large
            if not message.get("more_body", False):
                return body


def _from_query_string(query_string: bytes) -> dict[str, Any]:
    parameters: dict[str, Any] = dict(parse_qsl(query_string.decode("latin-1"), keep_blank_values=True))
    for name in ("variables", "extensions"):
        try:
            if name in parameters:
                parameters[name] = orjson.loads(parameters[name])
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

"""What a client asks for, checked: what is no GraphQL request gets a reason, never a crash."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from server.refusals import BadRequestError

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

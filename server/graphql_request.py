"""What a client sends to `/graphql`, checked: bodies that are no GraphQL request get a reason, never a crash."""

from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request

# The largest request body that is read; files are not sent through GraphQL.
MAX_BODY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One operation, as a client asks for it."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


class BadRequestError(Exception):
    """The request is no GraphQL request; `status` is the HTTP status that says so."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


async def read_request(request: Request) -> GraphQLRequest:
    """The operation in a POST's JSON body or a GET's query string."""
    if request.method == "GET":
        return _checked(_from_query_string(request))
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise BadRequestError("A POST's body must be JSON: send Content-Type: application/json.", 415)
    try:
        return _checked(orjson.loads(await _body(request)))
    except orjson.JSONDecodeError as error:
        raise BadRequestError(f"The body is no valid JSON: {error}.") from None


def _from_query_string(request: Request) -> dict[str, Any]:
    parameters: dict[str, Any] = dict(request.query_params)
    try:
        if "variables" in parameters:
            parameters["variables"] = orjson.loads(parameters["variables"])
    except orjson.JSONDecodeError as error:
        raise BadRequestError(f"The parameter `variables` is no valid JSON: {error}.") from None
    return parameters


async def _body(request: Request) -> bytes:
    too_large = BadRequestError(f"The body is larger than {MAX_BODY_BYTES:,} bytes.", 413)
    if int(request.headers.get("content-length", 0)) > MAX_BODY_BYTES:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise too_large
    return bytes(body)


def _checked(given: Any) -> GraphQLRequest:
    if not isinstance(given, dict):
        raise BadRequestError('The body must be a JSON object: {"query": "…", "variables": {…}}.')
    query, variables, name = given.get("query"), given.get("variables"), given.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise BadRequestError("`query` must be a string with a GraphQL document.")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequestError("`variables` must be a JSON object.")
    if name is not None and not isinstance(name, str):
        raise BadRequestError("`operationName` must be a string.")
    return GraphQLRequest(query, variables, name)

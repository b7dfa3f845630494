"""Errors as clients see them: expected ones say what to do, all others are masked and logged."""

import logging
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

logger = logging.getLogger(__name__)

# GraphQL's own messages repeat the value they complain of, however long.
LONGEST_MESSAGE = 1000


def present(errors: list[GraphQLError], request_id: str, *, ran: bool) -> list[dict[str, Any]]:
    """The `errors` of a response; each has `extensions.code`. `ran` is false where none of the operation ran."""
    return [_present(error, request_id, before_execution=not ran) for error in errors]


def _present(error: GraphQLError, request_id: str, *, before_execution: bool) -> dict[str, Any]:
    formatted: dict[str, Any] = dict(error.formatted)
    if len(error.message) > LONGEST_MESSAGE:
        formatted["message"] = f"{error.message[:LONGEST_MESSAGE]}…"
    extensions = dict(error.extensions or {})
    if _is_expected(error):
        extensions.setdefault("code", _code(error, before_execution=before_execution))
    else:
        logger.error("request %s failed at %.200s", request_id, error.path, exc_info=error.original_error)
        formatted["message"] = "Something went wrong on our side. Please report it with the request id."
        extensions = {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}
    return {**formatted, "extensions": extensions}


def _is_expected(error: GraphQLError) -> bool:
    """Whether the message was written for the client: by GraphQL itself, or by an error of ours."""
    return error.original_error is None or isinstance(error.original_error, GraphQLError)


def _code(error: GraphQLError, *, before_execution: bool) -> str:
    if isinstance(error, GraphQLSyntaxError):
        return "GRAPHQL_PARSE_FAILED"
    if before_execution and error.path is None:
        return "GRAPHQL_VALIDATION_FAILED"
    return "BAD_USER_INPUT"

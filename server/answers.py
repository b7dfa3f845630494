"""Answers as every transport sends them: JSON, with errors that clients may see."""

import json
from typing import Any

import orjson

from server.errors import present
from server.operations import Answer
from server.places import in_words


def told(answer: Answer, request_id: str) -> dict[str, Any]:
    """The body of an answer; it has no `data` where the operation never ran."""
    errors = present(answer.errors, request_id, ran=answer.ran)
    if not errors:
        return {"data": answer.data}
    if answer.data is None and not any("path" in error for error in errors):
        return {"errors": errors}
    return {"data": answer.data, "errors": errors}


def told_in_stream(answer: Answer, request_id: str) -> dict[str, Any]:
    """The same where headers have been sent long ago, and can't say the place of a write."""
    body = told(answer, request_id)
    return body if answer.written is None else {**body, "extensions": {"written": in_words(answer.written)}}


def refusal(message: str, code: str, **extensions: str) -> dict[str, Any]:
    """The body of an answer to what could not be executed, or no longer."""
    return {"errors": [{"message": message, "extensions": {"code": code, **extensions}}]}


# The code of what went wrong on our side.
INTERNAL = "INTERNAL_SERVER_ERROR"


def fault(request_id: str) -> dict[str, Any]:
    """The body of an answer where something went wrong that is not the client's to know."""
    message = "Something went wrong on our side. Please report it with the request id."
    return refusal(message, INTERNAL, requestId=request_id)


def to_json(body: dict[str, Any]) -> bytes:
    """A body's bytes."""
    try:
        return orjson.dumps(body)
    except TypeError:  # nested deeper than orjson goes, which a document of 200 levels with lists may be
        return json.dumps(body, ensure_ascii=False).encode()

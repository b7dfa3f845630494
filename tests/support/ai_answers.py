"""What the server of `ai_server` answers: what the API would, its refusals included, and failures on order."""

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

KEY = "sk-test-0123456789"
TRANSCRIPTIONS, COMPLETIONS = "/v1/audio/transcriptions", "/v1/chat/completions"
MAX_AUDIO_BYTES = 25 * 1024**2
# What strict mode allows in a schema, as far as ours may want it.
STRICT_KEYWORDS = {"type", "title", "description", "properties", "required", "additionalProperties", "items"}
TYPES = {"object", "array", "string", "integer", "number", "boolean", "null"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request as it came; `form` has the parts of a multipart body by name, `json` the value of a JSON body."""

    path: str
    headers: dict[str, str]
    form: dict[str, bytes] = field(default_factory=dict)
    json: Any = None


Answer = Callable[[Recorded], Response]


def usual(request: Recorded) -> Response:
    """What the API answers; it refuses what breaks its rules."""
    authorization = request.headers.get("authorization", "")
    if authorization != f"Bearer {KEY}":
        return _error(401, f"Incorrect API key provided: {authorization.removeprefix('Bearer ')}.")
    try:
        return _transcription(request) if request.path == TRANSCRIPTIONS else _completion(request)
    except AssertionError as broken:
        return _error(413 if "too large" in str(broken) else 400, str(broken))


def spoken_in(sound: bytes) -> str:
    """What is heard in a piece of sound: the same for the same bytes only."""
    return f"Words {hashlib.sha256(sound).hexdigest()[:12]}."


def described(material: dict[str, Any]) -> dict[str, Any]:
    """What the model makes of what it is given."""
    words = (material["transcript"] or material["file_name"]).split()
    return {
        "title": f"About {' '.join(words[:5])}",
        "description": f"A video with {len(words)} words.",
        "tags": sorted({word.strip(".,").lower() for word in words})[:5],
        "show_notes": "",
    }


def failing(status: int, message: str = "Something is wrong.", **headers: str) -> Answer:
    """An error as the API writes it; `Retry_After="1"` is that header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: _error(status, message, named)


def saying(body: bytes | str, media_type: str = "application/json", **headers: str) -> Answer:
    """This body, whatever is asked."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Response(body, media_type=media_type, headers=named)


def completing(content: str | None, refusal: str | None = None) -> Answer:
    """A completion in which the model says this."""
    return lambda _: _completed(content, refusal)


def cut_short(_: Recorded) -> Response:
    """An answer whose connection breaks in the middle."""
    return _CutShort()


def oversized(_: Recorded) -> Response:
    """An answer of 64 MiB."""
    return StreamingResponse((b" " * 2**16 for _ in range(1024)), media_type="application/json")


def slow(seconds: float) -> Answer:
    """The usual answer, later."""
    return lambda request: _Slow(usual(request), seconds)


# What passes: who tries again often enough gets through.
FAILURES = (failing(429, "Slow down.", Retry_After="0"), failing(500), failing(503), cut_short)


class _CutShort(Response):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b'{"text": "It begins', "more_body": True})


class _Slow(Response):
    def __init__(self, answer: Response, seconds: float) -> None:
        super().__init__()
        self._answer, self._seconds = answer, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(self._seconds)
        await self._answer(scope, receive, send)


def _transcription(request: Recorded) -> Response:
    assert set(request.form) == {"file", "model", "response_format"}, f"unexpected parts: {sorted(request.form)}"
    assert request.form["response_format"] == b"json", "this response_format is not compatible with this model"
    assert len(request.form["file"]) <= MAX_AUDIO_BYTES, "the file is too large"
    return JSONResponse({"text": spoken_in(request.form["file"]), "language": "sv"})


def _completion(request: Recorded) -> Response:
    assert set(request.json) == {"model", "messages", "response_format"}, f"unexpected: {sorted(request.json)}"
    response_format = request.json["response_format"]
    assert response_format["type"] == "json_schema", "response_format must be json_schema"
    assert response_format["json_schema"]["strict"] is True, "strict must be true"
    require_strict(response_format["json_schema"]["schema"])
    material = json.loads(request.json["messages"][-1]["content"])
    return _completed(json.dumps(described(material)), None)


def require_strict(schema: dict[str, Any]) -> None:
    """Raise AssertionError where a JSON schema is not one that strict mode takes."""
    assert not (unknown := set(schema) - STRICT_KEYWORDS), f"{unknown} are not permitted in a strict schema"
    assert schema["type"] in TYPES, f"{schema['type']} is not a type"
    if schema["type"] == "object":
        assert schema.get("additionalProperties") is False, "additionalProperties must be false"
        assert set(schema["required"]) == set(schema["properties"]), "every property must be required"
        for member in schema["properties"].values():
            require_strict(member)
    if schema["type"] == "array":
        require_strict(schema["items"])


def _completed(content: str | None, refusal: str | None) -> Response:
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    return JSONResponse({"id": "chatcmpl-1", "object": "chat.completion", "choices": choices})


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    error = {"message": message, "type": "error", "param": None, "code": None}
    return JSONResponse({"error": error}, status_code=status, headers=headers)

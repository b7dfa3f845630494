"""One OpenAI-compatible HTTP API: bounded in time and size, tried again where that helps, checked."""

import asyncio
import json
import logging
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from processing.providers.circuit import Circuit
from processing.providers.errors import ProviderRejectedError, ProviderUnavailableError
from processing.providers.patience import Patience, retry_after_seconds
from processing.providers.texts import cleaned, shortened

AnswerT = TypeVar("AnswerT", bound=BaseModel)

CONNECT_SECONDS = 10.0
MOST_ANSWER_BYTES = 4 * 1024**2
LONGEST_COMPLAINT = 200
# As many characters of a complaint that stand in a private text as well are taken from there.
QUOTE = 20
# Beside 5xx: timed out waiting for us, asked too early, asked too often.
PASSING = {408, 425, 429}
ADVICE = {
    401: "Look at REELGRAPH_AI_API_KEY.",
    403: "Look at REELGRAPH_AI_API_KEY, and at what it may use.",
    404: "Look at REELGRAPH_AI_BASE_URL and at the names of the models.",
    413: "Lower REELGRAPH_AI_MAX_AUDIO_BYTES.",
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Call:
    path: str
    content: dict[str, Any]
    private: str


class AIService:
    """Sends requests to the API below `base_url`; `timeout_seconds` bounds a call with all its attempts.

    Neither log nor error tells the key or a private text; of what the service complains, the beginning is told.
    """

    def __init__(self, base_url: str, api_key: SecretStr | None, *, timeout_seconds: float, patience: Patience) -> None:
        self._key = api_key.get_secret_value() if api_key else ""
        self._timeout_seconds = timeout_seconds
        self._patience = patience
        # Compressed answers could be larger than they look.
        headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        timeout = httpx.Timeout(None, connect=min(CONNECT_SECONDS, timeout_seconds))
        self._http = httpx.AsyncClient(base_url=base_url, headers=headers, timeout=timeout)
        # Transcription may work while descriptions fail, so each path has a circuit of its own.
        self._circuits: defaultdict[str, Circuit] = defaultdict(
            lambda: Circuit(patience.failures_to_open, patience.cool_down_seconds)
        )

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def ask(self, path: str, answer: type[AnswerT], *, private: str = "", **content: Any) -> AnswerT:
        """The answer to a POST, checked; one that is not what it should be is asked for once more.

        `content` is what httpx makes a body of, `private` the text in it that no error may quote. Raises
        `ProviderUnavailableError` or `ProviderRejectedError`.
        """
        call = _Call(path, content, " ".join(private.split()))
        try:
            return answer.model_validate_json(await self._post(call))
        except ValidationError as error:
            logger.warning("the AI service gave an answer that can't be used: %s; asking again", _places(error))
        try:
            return answer.model_validate_json(await self._post(call))
        except ValidationError as error:
            message = f"The AI service gave two answers that can't be used: {_places(error)}."
            raise ProviderRejectedError(message, "Another model may do better.") from None

    async def _post(self, call: _Call) -> bytes:
        with self._circuits[call.path].call():
            try:
                async with asyncio.timeout(self._timeout_seconds) as scope:
                    return await self._attempts(call, scope)
            except TimeoutError:
                message = f"The AI service gave no answer within {self._timeout_seconds:g} seconds."
                raise ProviderUnavailableError(message, "REELGRAPH_AI_TIMEOUT_SECONDS gives it more time.") from None

    async def _attempts(self, call: _Call, scope: asyncio.Timeout) -> bytes:
        """The answer of the first attempt that has one, while there are attempts and time left for them."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self._attempt(call)
            except ProviderUnavailableError as error:
                delay = self._patience.delay_after(attempt, error.retry_after_seconds)
                if delay is None or asyncio.get_running_loop().time() + delay > (scope.when() or 0):
                    raise
                logger.warning("%s; trying again in %.1f s", error, delay)
            await asyncio.sleep(delay)

    async def _attempt(self, call: _Call) -> bytes:
        try:
            async with self._http.stream("POST", call.path, **call.content) as response:
                body = await _bounded(response)
        except httpx.TransportError as error:
            reason = str(error) or type(error).__name__
            raise ProviderUnavailableError(f"The AI service failed to answer: {reason}") from error
        if response.is_success:
            return body
        message = f"The AI service answered {response.status_code}{self._complaint(body, call)}"
        if response.status_code in PASSING or response.is_server_error:
            raise ProviderUnavailableError(
                message, retry_after_seconds=retry_after_seconds(response.headers.get("Retry-After"))
            )
        raise ProviderRejectedError(message, ADVICE.get(response.status_code, ""))

    def _complaint(self, body: bytes, call: _Call) -> str:
        """The beginning of the message in an answer that is an error; a full stop if none can be told."""
        message = _message(body)
        if self._key:
            message = message.replace(self._key, "********")
        told = shortened(message, LONGEST_COMPLAINT)
        quotes = (told[at : at + QUOTE] in call.private for at in range(len(told) - QUOTE + 1))
        return f": {told}" if told and not any(quotes) else "."


async def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MOST_ANSWER_BYTES:
            raise ProviderRejectedError(f"The AI service answered more than {MOST_ANSWER_BYTES // 2**20} MiB.")
    return bytes(body)


def _message(body: bytes) -> str:
    """What an answer that is an error says in words, in one line; "" for a gateway's HTML."""
    try:
        match json.loads(body):
            case {"error": {"message": str(message)}} | {"error": str(message)} | {"message": str(message)}:
                return " ".join(cleaned(message).split())
    except (ValueError, RecursionError):
        pass
    return ""


def _places(error: ValidationError) -> str:
    """Where an answer is not what it should be, without quoting it."""
    return "; ".join(
        f"{'.'.join(map(str, problem['loc'])) or 'the answer'}: {problem['msg']}"
        for problem in error.errors(include_input=False, include_url=False)[:3]
    )

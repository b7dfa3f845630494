"""An AI service that fails in every way: what is tried again, what is given up, and what is told of it."""

import logging
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from processing.providers import (
    Description,
    DescriptionSource,
    Patience,
    ProviderRejectedError,
    Providers,
    ProviderUnavailableError,
)
from tests.support.ai_answers import KEY, cut_short, failing, oversized, saying, slow
from tests.support.ai_server import AIServer, ai_server, asking

SOURCE = DescriptionSource("a.mp4", {}, "The ferry leaves Oskarshamn at nine and reaches Visby at noon.", None)


@pytest.fixture
def server() -> Iterator[AIServer]:
    with ai_server() as server:
        yield server


async def unavailable(providers: Providers) -> ProviderUnavailableError:
    with pytest.raises(ProviderUnavailableError) as caught:
        await providers.describer.describe(SOURCE)
    return caught.value


async def rejected(providers: Providers) -> ProviderRejectedError:
    with pytest.raises(ProviderRejectedError) as caught:
        await providers.describer.describe(SOURCE)
    return caught.value


@pytest.fixture(autouse=True)
def nothing_is_given_away(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.DEBUG):
        yield
    assert KEY not in caplog.text
    assert "Oskarshamn" not in caplog.text


@pytest.mark.parametrize(
    "failure",
    [failing(429), failing(500), failing(502), failing(503), failing(529), failing(408), cut_short],
    ids=["429", "500", "502", "503", "529", "408", "cut short"],
)
async def test_what_passes_is_tried_again(server: AIServer, failure: Any) -> None:
    async with asking(server) as providers:
        server.answer_next(failure, failure, failure)
        assert isinstance(await providers.describer.describe(SOURCE), Description)
        assert len(server.requests) == 4
        assert all(request.json == server.requests[0].json for request in server.requests)
        server.answer_next(failure, failure, failure, failure)
        error = await unavailable(providers)
        assert len(server.requests) == 8
        assert re.match(r"The AI service (answered \d{3}: Something is wrong\.|failed to answer: .*closed)", str(error))


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (400, ""),
        (401, "REELGRAPH_AI_API_KEY"),
        (403, "REELGRAPH_AI_API_KEY"),
        (404, "REELGRAPH_AI_BASE_URL"),
        (413, "REELGRAPH_AI_MAX_AUDIO_BYTES"),
        (422, ""),
        (307, ""),
    ],
)
async def test_what_does_not_pass_is_not_tried_again(server: AIServer, status: int, hint: str) -> None:
    async with asking(server) as providers:
        server.answer_next(failing(status, "No model of that name.", Location="/v1/chat/completions"))
        error = await rejected(providers)
    assert str(error) == f"The AI service answered {status}: No model of that name."
    assert hint in error.hint
    assert len(server.requests) == 1


async def test_a_wrong_key_is_refused_and_not_told(server: AIServer) -> None:
    async with asking(server, api_key=SecretStr("sk-wrong-key")) as providers:
        error = await rejected(providers)
    assert server.requests[0].headers["authorization"] == "Bearer sk-wrong-key"
    assert str(error) == "The AI service answered 401: Incorrect API key provided: ********."


async def test_without_a_key_none_is_sent(server: AIServer) -> None:
    async with asking(server, api_key=None) as providers:
        await rejected(providers)
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"error": {"message": "' + "x" * 5000 + '"}}', ": " + "x" * 199 + "…"),
        ('{"error": "model not\\n loaded\\u0000"}', ": model not loaded"),
        ('{"message": "quota"}', ": quota"),
        ("<html>teapot</html>", "."),
        ("[" * 100_000, "."),
        ("", "."),
    ],
)
async def test_of_a_complaint_the_beginning_is_told(server: AIServer, body: str, told: str) -> None:
    def teapot(request: Any) -> Any:
        answer = saying(body)(request)
        answer.status_code = 418
        return answer

    async with asking(server) as providers:
        server.answer_next(teapot)
        assert str(await rejected(providers)) == f"The AI service answered 418{told}"


async def test_a_slow_service_has_its_time_and_no_more(server: AIServer) -> None:
    async with asking(server, timeout_seconds=0.6) as providers:
        server.answer_next(slow(0.1))
        assert isinstance(await providers.describer.describe(SOURCE), Description)
        server.answer_next(slow(30))
        begun = time.monotonic()
        error = await unavailable(providers)
    assert 0.5 < time.monotonic() - begun < 3
    assert str(error) == "The AI service gave no answer within 0.6 seconds."
    assert "REELGRAPH_AI_TIMEOUT_SECONDS" in error.hint
    assert len(server.requests) == 2


async def test_an_answer_without_end_is_not_read(server: AIServer) -> None:
    async with asking(server) as providers:
        server.answer_next(oversized)
        assert str(await rejected(providers)) == "The AI service answered more than 4 MiB."


@pytest.mark.parametrize("status", [400, 500])
async def test_a_complaint_that_quotes_the_transcript_is_not_told(server: AIServer, status: int) -> None:
    echo = failing(status, "I can't read 'leaves Oskarshamn at nine\n and reaches Visby'.")
    async with asking(server, Patience(attempts=2, first_delay_seconds=0)) as providers:
        server.answer_next(echo, echo)
        error = await (rejected if status == 400 else unavailable)(providers)
    assert str(error) == f"The AI service answered {status}."


def test_the_server_is_a_process_that_may_be_killed_and_started_again(unused_tcp_port: int) -> None:
    command = [sys.executable, "-m", "tests.support.ai_server", "--port", str(unused_tcp_port)]
    for _ in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                base_url = process.stdout.readline().strip()
                assert httpx.post(f"{base_url}/chat/completions", json={}).status_code == 401
            finally:
                process.kill()

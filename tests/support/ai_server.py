"""A real server of the OpenAI-compatible HTTP API: it answers the same to the same, and fails on order.

In a thread of the test: `with ai_server() as server`. As a process: `python -m tests.support.ai_server --port 8123
--fail-rate 0.3`, which prints its base URL when it listens and wants the key of `settings_for`: ai_answers.KEY.
"""

import argparse
import asyncio
import json
import random
import socket
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from processing.providers import AISettings, Patience, Providers, ai_providers
from tests.support.ai_answers import COMPLETIONS, FAILURES, KEY, TRANSCRIPTIONS, Answer, Recorded, usual

QUICK = Patience(first_delay_seconds=0.01, longest_delay_seconds=0.05, cool_down_seconds=0.4)


class AIServer:
    """Answers as the API does; `answer_next` makes single requests fail, `down` and `up` all of them.

    `fail_rate` of the others fail too, which and how by `seed`. `requests` are those that arrived, in order.
    """

    def __init__(self, port: int = 0, *, fail_rate: float = 0, seed: int = 0) -> None:
        self.port = port
        self.fail_rate = fail_rate
        self.requests: list[Recorded] = []
        self._chance = random.Random(seed)
        self._planned: deque[Answer] = deque()
        routes = [Route(path, self._respond, methods=["POST"]) for path in (TRANSCRIPTIONS, COMPLETIONS)]
        self._app = Starlette(routes=routes)
        self._running: tuple[_Server, threading.Thread] | None = None

    @property
    def base_url(self) -> str:
        """What `REELGRAPH_AI_BASE_URL` is to be."""
        return f"http://127.0.0.1:{self.port}/v1"

    def answer_next(self, *answers: Answer) -> None:
        """Give the next requests these answers, one each."""
        self._planned.extend(answers)

    def up(self) -> None:
        """Listen, on the port it had if it was up before."""
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        server = _Server(uvicorn.Config(self._app, log_config=None, access_log=False, lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the AI server did not start"
            time.sleep(0.005)
        self._running = (server, thread)

    def down(self) -> None:
        """Cut every connection and listen no more, as a machine that dies."""
        if self._running is not None:
            server, thread = self._running
            server.should_exit = server.force_exit = True
            thread.join()
            self._running = None

    async def _respond(self, request: Request) -> Response:
        recorded = await _record(request)
        self.requests.append(recorded)
        if self._planned:
            return self._planned.popleft()(recorded)
        if self._chance.random() < self.fail_rate:
            return self._chance.choice(FAILURES)(recorded)
        return usual(recorded)


@contextmanager
def ai_server(port: int = 0, *, fail_rate: float = 0, seed: int = 0) -> Iterator[AIServer]:
    """A server that is up when the block begins and down when it ends, on a free port unless one is given."""
    server = AIServer(port, fail_rate=fail_rate, seed=seed)
    server.up()
    try:
        yield server
    finally:
        server.down()


def settings_for(server: AIServer, **changes: Any) -> AISettings:
    """Settings with which providers ask this server for everything."""
    settings = AISettings(
        base_url=server.base_url,
        api_key=SecretStr(KEY),
        transcription_model="listener-1",
        description_model="writer-1",
        timeout_seconds=20,
        max_audio_bytes=24_000_000,
        max_audio_seconds=1200,
    )
    return replace(settings, **changes)


@asynccontextmanager
async def asking(server: AIServer, patience: Patience = QUICK, **changes: Any) -> AsyncIterator[Providers]:
    """Providers that ask this server, with settings changed so."""
    providers = ai_providers(settings_for(server, **changes), patience)
    try:
        yield providers
    finally:
        await providers.close()


class _Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listener in self.servers:
            listener.close()
        await asyncio.sleep(0.02)  # what was accepted just before is among the connections now
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)


async def _record(request: Request) -> Recorded:
    path, headers, body = request.url.path, dict(request.headers), await request.body()
    content_type = headers.get("content-type", "")
    if content_type.startswith("multipart/form-data"):
        return Recorded(path, headers, form=_form(content_type, body))
    return Recorded(path, headers, json=json.loads(body))


def _form(content_type: str, body: bytes) -> dict[str, bytes]:
    """The parts of a multipart body, by a parser that is not the client's."""
    message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body, policy=policy.HTTP)
    parts = {}
    for part in message.iter_parts():
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        parts[str(part.get_param("name", header="content-disposition"))] = payload
    return parts


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fail-rate", type=float, default=0, help="share of requests that fail, 0 to 1")
    parser.add_argument("--seed", type=int, default=0, help="which requests fail, and how")
    options = parser.parse_args()
    with ai_server(options.port, fail_rate=options.fail_rate, seed=options.seed) as server:
        print(server.base_url, flush=True)  # noqa: T201  how its user learns the port
        threading.Event().wait()


if __name__ == "__main__":
    main()

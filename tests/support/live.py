"""A server in this process on a real socket, and clients of its streams."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import uvicorn
from sqlalchemy import text

from database.engine import Database
from server.admission import Admission
from server.app import create_app
from server.http_config import http_config
from server.resources import Resources, open_admission
from server.settings import Settings
from server.stopping import Stopping
from server.telemetry.telemetry import Telemetry
from server.usage import UsageCounter
from services.job_events import JobEvents
from services.storage import Storage
from tests.support.api import NEVER
from tests.support.manifests import document_id

# Longest that anything is waited for, in seconds; shorter than a stream is quiet.
PATIENCE = 10


@dataclass(frozen=True)
class Live:
    """A running application, and what it holds for its clients."""

    url: str
    job_events: JobEvents
    usage: UsageCounter
    admission: Admission
    stopping: Stopping
    server: uvicorn.Server

    async def followed(self, owner: UUID, count: int) -> None:
        """Return when so many follow an owner's events live."""
        feeds = self.job_events._feeds
        await eventually(lambda: len(feeds[owner].followers) == count if owner in feeds else count == 0)

    async def deserted(self) -> None:
        """Return when nothing is held for any client."""
        await eventually(lambda: not self.job_events._feeds and not self.server.server_state.connections)

    async def stop(self) -> None:
        """End as `reelgraph serve` does."""
        self.stopping.announced.set()
        self.stopping.begun.set()
        await self.job_events.close()
        self.server.should_exit = True


@asynccontextmanager
async def running_live(
    settings: Settings, database: Database, storage: Storage, telemetry: Telemetry | None = None
) -> AsyncIterator[Live]:
    """The application on a free port of this machine."""
    job_events = JobEvents(database)
    usage = UsageCounter(database, flush_seconds=NEVER)
    admission, stopping = open_admission(settings), Stopping()
    app = create_app(settings, Resources(database, storage, job_events, usage, admission, stopping), telemetry)
    server = uvicorn.Server(http_config(app, settings, admission, port=0))
    server.capture_signals = nullcontext  # type: ignore[assignment, method-assign]  # signals are pytest's
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    (port,) = {socket.getsockname()[1] for listener in server.servers for socket in listener.sockets}
    live = Live(f"http://127.0.0.1:{port}", job_events, usage, admission, stopping, server)
    try:
        yield live
    finally:
        await live.stop()
        await serving
        await usage.close()


@asynccontextmanager
async def listening(settings: Settings, database: Database, storage: Storage) -> AsyncIterator[str]:
    """The application on a free port of this machine; its address."""
    async with running_live(settings, database, storage) as live:
        yield live.url


@asynccontextmanager
async def events(
    url: str,
    headers: dict[str, str],
    query: str,
    *,
    operation: str | None = None,
    by_id: bool = False,
    **variables: Any,
) -> AsyncIterator[AsyncIterator[Any]]:
    """The answers of a subscription over server-sent events, as they come; its document is sent, or its id."""
    document = {"documentId": document_id(query)} if by_id else {"query": query}
    body = {**document, "operationName": operation, "variables": variables}
    accept = {"Accept": "text/event-stream"}
    async with (
        httpx.AsyncClient(timeout=30) as http,
        http.stream("POST", f"{url}/graphql", json=body, headers=headers | accept) as response,
    ):
        assert response.status_code == 200, await response.aread()
        yield _answers(response)


async def _answers(response: httpx.Response) -> AsyncIterator[Any]:
    name, lines = "", response.aiter_lines()
    while True:
        async with asyncio.timeout(PATIENCE):
            line = await anext(lines, None)
        if line is None:
            return
        field, _, value = line.partition(":")
        if field == "event":
            name = value.strip()
        elif field == "data" and name == "next":
            yield json.loads(value)
        elif field == "data" and name == "complete":
            return


async def eventually(condition: Callable[[], bool]) -> None:
    """Return when a condition holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


async def touch(database: Database, job_id: UUID, *, error_message: str | None = None) -> None:
    """Change a job."""
    change = text("UPDATE video_jobs SET attempt = attempt + 1, error_message = :message WHERE id = :id")
    async with database.transaction() as session:
        await session.execute(change, {"message": error_message, "id": job_id})

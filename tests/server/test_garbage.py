"""A request leaves nothing that only the garbage collector finds: it would halt all others for it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import orjson
import pytest
from starlette.types import ASGIApp

from database.engine import Database
from server.app import create_app
from server.resources import Resources
from server.settings import Settings
from server.tokens import issue_token
from server.usage import UsageCounter
from services.job_events import JobEvents
from services.storage import Storage
from tests.support.api import NEVER
from tests.support.library import Library

LIST = "{ videos { nodes { title latestJob { status } jobs { totalCount nodes { id metadata { title tags } } } } } }"
REQUESTS = 10
# Of all requests together; one object for each would be more.
FEW = 5


@contextmanager
def no_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def send(app: ASGIApp, query: str, authorization: str) -> bytes:
    """What the application itself answers: a client would leave cycles of its own."""
    headers = {"authorization": authorization, "content-type": "application/json", "host": "127.0.0.1"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": orjson.dumps({"query": query})}

    async def keep(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, keep)
    body: bytes = sent[1]["body"]
    return body


@pytest.mark.parametrize("query", [LIST, "{ viewer { id videoCount } }"])
async def test_requests_leave_no_cycles(
    settings: Settings, database: Database, storage: Storage, library: Library, query: str
) -> None:
    await library.processed_videos(20, jobs=2)
    usage = UsageCounter(database, flush_seconds=NEVER)
    app = create_app(settings, Resources(database, storage, JobEvents(database), usage))
    authorization = f"Bearer {issue_token(settings.secret, library.owner, timedelta(minutes=5))}"
    for _ in range(2):
        assert b'"errors"' not in await send(app, query, authorization)
    with no_collection():
        for _ in range(REQUESTS):
            await send(app, query, authorization)
        assert gc.collect() <= FEW
    await usage.close()
    await usage.close()

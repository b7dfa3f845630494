"""A client of the application that counts the statements its operations cost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from database.engine import Database
from database.parking import Parking
from server.app import create_app
from server.resources import Resources
from server.settings import Settings
from server.telemetry.telemetry import Telemetry
from server.tokens import issue_token
from server.usage import UsageCounter
from services.job_events import JobEvents
from services.storage import Storage
from tests.support.typed.documents import by_text
from tests.support.typed.operations import TypedOperations

# Counts are noted when a test asks for it, lest their statements be counted among others.
NEVER = 3600


@dataclass(frozen=True)
class Api(TypedOperations):
    """Sends operations as one viewer; `signed_in` gives another viewer's.

    `run` takes the name of one in `codegen/operations/` and answers data with types. `asking` is `by_text` or `by_id`.
    """

    http: httpx.AsyncClient
    secret: str
    database: Database
    usage: UsageCounter
    headers: dict[str, str] = field(default_factory=dict)
    asking: Callable[[str], dict[str, Any]] = by_text

    def signed_in(self, viewer: UUID) -> "Api":
        token = issue_token(self.secret, viewer, timedelta(hours=1))
        return replace(self, headers={"Authorization": f"Bearer {token}"})

    async def post(self, body: Any, **headers: str) -> httpx.Response:
        return await self.http.post("/graphql", json=body, headers={**self.headers, **headers})

    async def execute(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """The whole answer."""
        answer: dict[str, Any] = (await self.post({"query": query, "variables": variables})).json()
        return answer

    async def data(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """The answer's data, of an operation that must not fail."""
        return _data(await self.execute(query, **variables))

    async def data_of(self, name: str, variables: dict[str, Any]) -> Any:
        """What `run` answers, for a name that is known only when it runs."""
        return _data((await self.post({**self.asking(name), "variables": variables})).json())

    async def error(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """The one error of an operation that must fail."""
        (error,) = (await self.execute(query, **variables))["errors"]
        return dict(error)

    def statements(self) -> AbstractAsyncContextManager[list[str]]:
        """The SQL of every statement that reaches PostgreSQL while the block runs."""
        return statements(self.database)


def _data(answer: dict[str, Any]) -> dict[str, Any]:
    assert "errors" not in answer, answer["errors"]
    data: dict[str, Any] = answer["data"]
    return data


@asynccontextmanager
async def serving(
    settings: Settings, database: Database, storage: Storage, telemetry: Telemetry | None = None
) -> AsyncIterator[Api]:
    """The application; the client is nobody yet."""
    usage = UsageCounter(database, flush_seconds=NEVER)
    app = create_app(settings, Resources(database, storage, JobEvents(database), usage), telemetry)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=settings.base_url) as http:
        yield Api(http, settings.secret, database, usage)
    await usage.close()


def statements(database: Database) -> AbstractAsyncContextManager[list[str]]:
    """The SQL of every statement that a database's connections run, whoever runs it; not those to its replicas."""
    return statements_of(database.engine, database.parking)


@asynccontextmanager
async def statements_of(engine: AsyncEngine, parking: Parking) -> AsyncIterator[list[str]]:
    """The SQL of every statement that an engine's connections run."""
    seen: list[str] = []

    def log(record: Any) -> None:
        seen.append(record.query)

    pool = engine.sync_engine.pool

    def checkout(_dbapi: Any, record: Any, _proxy: Any) -> None:
        record.driver_connection.add_query_logger(log)

    def checkin(_dbapi: Any, record: Any) -> None:
        record.driver_connection.remove_query_logger(log)

    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)  # SQLAlchemy's own go by prepared statements, which asyncpg does not tell of

    event.listen(engine.sync_engine, "before_cursor_execute", executed)
    event.listen(pool, "checkout", checkout)
    event.listen(pool, "checkin", checkin)
    await parking.empty()  # those that wait there would not be checked out
    try:
        yield seen
        await asyncio.sleep(0)  # asyncpg tells its loggers in the loop's next round
    finally:
        await parking.empty()
        event.remove(engine.sync_engine, "before_cursor_execute", executed)
        event.remove(pool, "checkout", checkout)
        event.remove(pool, "checkin", checkin)

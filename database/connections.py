"""The connections of one server, or pooler: how they are made, and when they are thrown away."""

from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import URL, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from database.address import for_sqlalchemy

# Statements that a connection keeps prepared: there are as many as operations differ.
PREPARED = 300

# Instants come as text: see Instant. PgBouncer gives each of its clients their own.
SESSION = {"timezone": "UTC"}

# Each job has metadata of its own, so remembering rows by their keys finds none; a page of jobs with their metadata
# takes a tenth longer with it. PgBouncer refuses what it can't keep apart for its clients.
UNPOOLED_SESSION = {**SESSION, "enable_memoize": "off"}

READ_ONLY = "25006"


def open_engine(address: URL, *, pool_size: int, pool_timeout: float, pooled: bool = False) -> AsyncEngine:
    """An engine for `pool_size` connections at most, each made when it is needed; `pooled`: by way of PgBouncer.

    `pool_timeout` is how many seconds a connection may be waited for, and how many it may take to be made.
    """
    engine = create_async_engine(
        for_sqlalchemy(address),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=pool_timeout,
        hide_parameters=True,  # errors are logged, and parameters are clients' values
        connect_args={
            "server_settings": SESSION if pooled else UNPOOLED_SESSION,
            "statement_cache_size": PREPARED,
            "timeout": pool_timeout,
        },
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
    )
    event.listen(engine.sync_engine.pool, "checkout", _refuse_closed)
    event.listen(engine.sync_engine, "handle_error", _refuse_read_only)
    return engine


def _refuse_closed(_connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Have the pool make a new connection where the server has closed the one it kept; asks nobody."""
    driver: Any = record.driver_connection
    if driver.is_closed():
        raise DisconnectionError


def _refuse_read_only(context: ExceptionContext) -> None:
    """Have the pool make all its connections anew where the server no longer takes writes: another one does."""
    if is_read_only(context):
        context.is_disconnect = True


def is_read_only(context: ExceptionContext) -> bool:
    """Whether a server has refused to write."""
    return getattr(context.original_exception, "sqlstate", None) == READ_ONLY


def _dumps(value: Any) -> str:
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: Any) -> str:
    # asyncpg's UUIDs are a subclass, which orjson does not take by itself.
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} does not go into JSON")

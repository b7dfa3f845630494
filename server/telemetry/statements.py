"""What is heard of SQL statements, and of loaders' batches."""

import re
import time
from functools import lru_cache
from types import TracebackType
from typing import Any

from sqlalchemy import event

from database.engine import Database
from database.statement import Statement
from server.telemetry import families
from server.telemetry.in_hand import request_in_hand
from server.telemetry.tallies import Tally
from server.telemetry.tracing import current_tracing

# What SQLAlchemy writes has no name: it gets one of what it does, and to which table.
WRITTEN = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM|SELECT\b.*?\bFROM|WITH)\s+\"?(\w+)\b(?!\()", re.DOTALL)
MOST_TEXTS = 500

_counted: dict[str, tuple[Tally, Any]] = {}


def watch_database(database: Database) -> None:
    """Hear of every statement: readers tell of theirs, SQLAlchemy of all others."""
    database.observe = _read
    engine = database.engine.sync_engine
    if not event.contains(engine, "before_cursor_execute", _begins):
        event.listen(engine, "before_cursor_execute", _begins)
        event.listen(engine, "after_cursor_execute", _ends)
        event.listen(engine, "handle_error", _fails)


def _read(statement: Statement[Any], seconds: float, rows: int | None) -> None:
    _ran(statement.name, statement.sql, seconds, rows)


def _begins(_connection: Any, _cursor: Any, _sql: str, _parameters: Any, context: Any, _many: bool) -> None:
    if context is not None:
        context.reelgraph_began = time.perf_counter()


def _ends(_connection: Any, cursor: Any, sql: str, _parameters: Any, context: Any, _many: bool) -> None:
    began = getattr(context, "reelgraph_began", None)
    if began is not None:
        _ran(_name(sql), sql, time.perf_counter() - began, max(cursor.rowcount, 0))


def _fails(failure: Any) -> None:
    began = getattr(failure.execution_context, "reelgraph_began", None)
    if began is not None:
        _ran(_name(failure.statement), failure.statement, time.perf_counter() - began, None)


def _ran(name: str, sql: str, seconds: float, rows: int | None) -> None:
    observed = request_in_hand()
    if observed is not None:
        observed.statements += 1
    try:
        tally, counted = _counted[name]
    except KeyError:
        tally, counted = _counted[name] = families.STATEMENTS.of(name), families.ROWS.labels(name)
        families.STATEMENT_ERRORS.labels(name)
    tally.observe(seconds)
    if rows is None:
        families.STATEMENT_ERRORS.labels(name).inc()
    elif rows:
        counted.inc(rows)
    tracing = current_tracing()
    if tracing is not None:
        tracing.statement(name, sql, seconds, rows)


@lru_cache(MOST_TEXTS)
def _name(sql: str) -> str:
    match = WRITTEN.match(sql)
    verb = (sql.split(None, 1) or [""])[0].lower()
    return f"{verb} {match[2]}" if match else verb


class Batch:
    """A question of a loader, while it is asked."""

    __slots__ = ("_keys", "_name", "_span", "_started")

    def __init__(self, name: str | None, keys: int) -> None:
        self._name = name or "(nameless)"
        self._keys = keys
        self._span: Any = None

    def __enter__(self) -> None:
        tracing = current_tracing()
        if tracing is not None:
            self._span = tracing.span(
                f"load {self._name}", {"reelgraph.loader": self._name, "reelgraph.keys": self._keys}
            )
            self._span.__enter__()
        self._started = time.perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        families.BATCHES.of(self._name).observe(time.perf_counter() - self._started)
        families.BATCH_KEYS.of(self._name).observe(self._keys)
        if self._span is not None:
            self._span.__exit__(kind, error, trace)

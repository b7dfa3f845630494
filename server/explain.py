"""How an operation was answered, for who develops against it: the `explain` of an answer's `extensions`."""

import re
import time
from dataclasses import asdict, dataclass
from typing import Any, Self

import asyncpg
from graphql import OperationType

from database.statement import Statement
from executor.explain import Trace
from schema.context import Context
from server.auth import Identity
from server.http_request import HTTPRequest
from server.operations import Answer, Operations, Prepared
from server.refusals import BadRequestError
from server.settings import Settings

HEADER = b"x-reelgraph-explain"
FORM = re.compile(r"1|analyze=(\d{1,4})")


@dataclass(slots=True)
class StatementRun:
    """A statement that ran for an operation. `seconds` include the way to PostgreSQL and the decoding of its rows."""

    statement: Statement[Any]
    values: dict[str, Any]
    level: int
    seconds: float
    rows: int
    analyze: str | None = None

    def told(self) -> dict[str, Any]:
        """As the answer has it. The values are not told; PostgreSQL's own plan has the viewer's."""
        return {
            "name": self.statement.name,
            "level": self.level,
            "sql": self.statement.sql,
            "milliseconds": _milliseconds(self.seconds),
            "rows": self.rows,
            "analyze": self.analyze,
        }


class Explanation:
    """Of one operation. `analyze` is the index of a statement that PostgreSQL is to explain, too."""

    def __init__(self, analyze: int | None) -> None:
        self._analyze = analyze
        self._trace = Trace()
        self._statements: list[StatementRun] = []
        self._seconds = 0.0

    @classmethod
    def of(cls, request: HTTPRequest, identity: Identity, settings: Settings) -> Self | None:
        """What the header asks for, if whoever sends it may: everybody in development, elsewhere by their token."""
        asked = request.header(HEADER)
        if asked is None or not (identity.may_explain or settings.environment == "development"):
            return None
        match = FORM.fullmatch(asked.strip())
        if match is None:
            raise BadRequestError("X-Reelgraph-Explain: send 1, or analyze=N for the statement with the index N.")
        return cls(None if match[1] is None else int(match[1]))

    async def of_operation(self, operations: Operations, prepared: Prepared, context: Context) -> Answer:
        """Execute an operation and watch."""
        context.reader.watch = self._ran
        started = time.perf_counter()
        answer = await operations.execute(prepared, context, self._trace)
        self._seconds = time.perf_counter() - started
        context.reader.watch = None
        analyzed = self._analyze is not None and self._analyze < len(self._statements)
        if analyzed and prepared.type is OperationType.QUERY:
            run = self._statements[self._analyze or 0]
            try:
                run.analyze = await context.reader.analyze(run.statement, **run.values)
            except asyncpg.PostgresError as error:
                run.analyze = f"PostgreSQL could not tell: {error}"
        return answer

    def told(self, *, cached: bool) -> dict[str, Any] | None:
        """As the answer has it; None where nothing was executed."""
        if not self._trace.began:
            return None
        reason = self._trace.reason
        return {
            "executor": "compiled" if reason is None else "reference",
            "reason": reason,
            "document": {"cached": cached},
            "milliseconds": {
                "total": _milliseconds(self._seconds),
                "statements": _milliseconds(sum(run.seconds for run in self._statements)),
                "shaping": _milliseconds(self._trace.shaping),
            },
            "levels": [{"fields": [asdict(field) for field in level]} for level in self._trace.levels],
            "statements": [run.told() for run in self._statements],
        }

    def _ran(self, statement: Statement[Any], values: dict[str, Any], seconds: float, rows: int) -> None:
        self._statements.append(StatementRun(statement, values, self._trace.level, seconds, rows))


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)

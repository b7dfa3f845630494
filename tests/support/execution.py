"""Operations executed without HTTP, so that a test can look at what they read and be in their way."""

from collections.abc import Awaitable, Callable
from typing import Any

from database.engine import Database
from database.reader import Reader
from database.statement import RowT, Statement
from schema.context import Context
from schema.cursor import Cursors
from services.job_events import JobEvents
from services.storage import Storage


class Interrupted(Reader):
    """A reader between whose first statement and its second something else is done."""

    def __init__(self, database: Database, viewer: Any, between: Callable[[], Awaitable[object]]) -> None:
        super().__init__(database.parking, viewer)
        self.names: list[str] = []
        self._between = between

    async def fetch(self, statement: Statement[RowT], **values: Any) -> list[RowT]:
        rows = await super().fetch(statement, **values)
        self.names.append(statement.name)
        if len(self.names) == 1:
            await self._between()
        return rows


def context_of(reader: Reader, database: Database, storage: Storage) -> Context:
    """What resolvers use, for the reader's viewer."""
    return Context(
        viewer=reader.viewer,
        reader=reader,
        database=database,
        storage=storage,
        job_events=JobEvents(database),
        cursors=Cursors("secret", reader.viewer),
        largest_upload=1,
        max_page_size=100,
    )

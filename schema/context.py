"""What resolvers may use: the viewer's reads, the services' doors, the limits."""

from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

import strawberry

from database.engine import Database
from database.reader import Reader
from database.wanted import EVERYTHING, Wanted
from executor.plan import Plan
from schema.cursor import Cursors
from schema.loaders import Loaders
from schema.scalars import URL
from schema.wanted import wanted_by
from services.job_events import JobEvents, start_of
from services.storage import Storage

# The field of `Query` that says where the log of events stands.
EVENTS_CURSOR = "videoJobEventsCursor"


@dataclass(slots=True)
class Context:
    """One operation of one viewer; `changed` once a mutation in it is done."""

    viewer: UUID
    reader: Reader
    database: Database
    storage: Storage
    job_events: JobEvents
    cursors: Cursors
    largest_upload: int
    max_page_size: int
    loaders: Loaders = field(init=False)
    wanted: Wanted = EVERYTHING
    events_position: int | None = None
    changed: bool = False

    def __post_init__(self) -> None:
        self.forget()

    def close(self) -> None:
        """Let go of what was read."""
        self.loaders.clear()

    async def begin(self, document: str) -> None:
        """Read what must be read before all else, if an operation's document asks for it."""
        if EVENTS_CURSOR in document:
            self.events_position = await start_of(self.reader)

    def forget(self) -> None:
        """Begin with new loaders: what was read before a change may no longer be so."""
        self.loaders = Loaders(self.reader, self.wanted)

    def planned(self, plan: Plan) -> None:
        """Hear from the executor what the operation is about to read."""
        self.wanted = wanted_by(plan)
        self.forget()

    def link(self, storage_path: str, content_type: str, *, filename: str | None = None) -> URL:
        """Signed link to a stored file."""
        return URL(self.storage.download_url(storage_path, content_type=content_type, filename=filename))

    def link_or_none(self, storage_path: str | None, content_type: str) -> URL | None:
        """Signed link to a stored file, None where there is none."""
        return None if storage_path is None else self.link(storage_path, content_type)


Info: TypeAlias = strawberry.Info[Context, None]

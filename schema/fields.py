"""How fields of entities are declared: a relation is a loader and a key, an id is a kind and a key."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import strawberry

from database.statement import Row, RowT
from database.video_job import VideoJobRow
from schema.context import Info
from schema.errors import GoneError
from schema.ids import Kind, encode
from schema.loaders import Loaders
from schema.loaders.loader import Loader


def relation(
    loader: Callable[[Loaders], Loader[UUID, Any]],
    *,
    key: str = "id",
    value: Callable[[Any], Any] | None = None,
    description: str,
) -> Any:
    """A field that a dataloader answers, asked by one of the row's columns.

    `value` takes from the loaded row (None if there is none) what the field is about; without it the row itself is.
    """

    def load(root: strawberry.Parent[Row], info: Info) -> Any:
        return loader(info.context.loaders).load(getattr(root, key))

    async def load_value(root: strawberry.Parent[Row], info: Info) -> Any:
        assert value is not None
        return value(await load(root, info))

    return strawberry.field(resolver=load if value is None else load_value, description=description)


def still_there(row: RowT | None) -> RowT:
    """A row that there must be, unless somebody deletes it at this moment."""
    if row is None:
        raise GoneError
    return row


def key_field(kind: Kind, *, key: str = "id", description: str) -> Any:
    """An id field, from the column that holds the key."""

    def resolve(root: strawberry.Parent[Row]) -> Any:
        return encode(kind, getattr(root, key))

    return strawberry.field(resolver=resolve, description=description)


def newest_job(value: Callable[[VideoJobRow], Any] | None = None, *, description: str) -> Any:
    """A field about a video's newest job, null where there is none."""
    return relation(
        lambda loaders: loaders.newest_job_of_video(),
        value=lambda jobs: (value(jobs[0]) if value else jobs[0]) if jobs else None,
        description=description,
    )


def texts(column: str, *, description: str) -> Any:
    """A field that holds one of the long texts of metadata."""
    return relation(
        lambda loaders: loaders.metadata_texts,
        value=lambda row: row and getattr(row, column),
        description=description,
    )

"""How fields of entities are declared: a relation is a loader and a key, an id is a kind and a key."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from database.statements.to_ones import NEWEST_JOB_OF_VIDEO
from database.to_one import ToOne
from executor import Ask, Loader, attribute, batched
from schema.context import Info
from schema.errors import GoneError
from schema.ids import Kind
from schema.loaders import Loaders


def relation(
    loader: Callable[[Loaders], Loader[UUID, Any]],
    *,
    key: str = "id",
    column: str | None = None,
    to_one: ToOne | None = None,
    required: bool = False,
    description: str,
) -> Any:
    """A field that a dataloader answers, asked by one of the row's columns.

    The field is the loaded row or, with `column`, one of its columns. `to_one` is the relation by which statements
    bring the row along with its parent. A `required` row is there unless somebody deletes it at this moment.
    """

    @batched(key=key, column=column, join=to_one, missing=GoneError if required else None, description=description)
    def ask(info: Info) -> Ask[UUID, Any]:
        return Ask(loader(info.context.loaders))

    return ask


def key_field(kind: Kind, *, key: str = "id", description: str) -> Any:
    """An id field, from the column that holds the key."""
    prefix = f"{kind}_"
    written = f"'{prefix}' + {{v}}.hex"
    return attribute(key, lambda value: prefix + value.hex, written=written, description=description)


def newest_job(column: str | None = None, *, description: str) -> Any:
    """A field about a video's newest job, null where there is none."""
    return relation(
        lambda loaders: loaders.newest_job_of_video,
        to_one=NEWEST_JOB_OF_VIDEO,
        column=column,
        description=description,
    )


def texts(column: str, *, description: str) -> Any:
    """A field that holds one of the long texts of metadata."""
    return relation(lambda loaders: loaders.metadata_texts, column=column, description=description)

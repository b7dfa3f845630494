"""Keyset pages: newest first, `(created_at, id)`, so that a page deep in a list costs what the first one costs."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, DateTime, Integer, Select, Uuid, bindparam, tuple_

from database.base import Entity

LIMIT: BindParameter[int] = bindparam("limit", type_=Integer())
AFTER_CREATED_AT: BindParameter[datetime] = bindparam("after_created_at", type_=DateTime(timezone=True))
AFTER_ID: BindParameter[UUID] = bindparam("after_id", type_=Uuid())


class Position(NamedTuple):
    """Where a row stands in a list that is sorted newest first."""

    created_at: datetime
    id: UUID


def newest_first(query: Select[Any], entity: type[Entity], *, after: bool) -> Select[Any]:
    """The first `limit` rows, newest first; with `after`, those behind a position."""
    query = query.order_by(entity.created_at.desc(), entity.id.desc()).limit(LIMIT)
    if after:
        query = query.where(tuple_(entity.created_at, entity.id) < tuple_(AFTER_CREATED_AT, AFTER_ID))
    return query


def position_values(after: Position | None) -> dict[str, Any]:
    """The bindings of `newest_first(…, after=True)`."""
    return {} if after is None else {"after_created_at": after.created_at, "after_id": after.id}

"""What clients use of the contract, counted by the day and kept for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Date, LargeBinary, Text, cast, delete, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from database.client_release import TrustedDocument
from database.engine import Database
from database.usage import DocumentUsage, FieldUsage

KEPT_DAYS = 90


class Used(NamedTuple):
    """By whom something is used: `what` is a schema coordinate, or a document's SHA-256.

    The names are empty where clients don't give them.
    """

    what: Any
    client_name: str
    client_version: str


@dataclass(frozen=True, slots=True)
class CoordinateUse:
    """How many operations of a release used a coordinate, and when it last did."""

    coordinate: str
    client_name: str
    client_version: str
    operations: int
    last_used: date


async def record_usage(database: Database, coordinates: Mapping[Used, int], documents: Mapping[Used, int]) -> None:
    """Add to today's counts; of documents only those that are registered are kept."""
    async with database.transaction() as session:
        await _add(session, FieldUsage, "coordinate", coordinates)
        hashes = {used.what for used in documents}
        known = select(TrustedDocument.sha256).where(TrustedDocument.sha256.in_(hashes))
        registered = set((await session.scalars(known)).all()) if hashes else set()
        kept = {used: number for used, number in documents.items() if used.what in registered}
        await _add(session, DocumentUsage, "sha256", kept)


async def usage_since(database: Database, since: date) -> list[CoordinateUse]:
    """Who used what since a day, by coordinate."""
    columns = (FieldUsage.coordinate, FieldUsage.client_name, FieldUsage.client_version)
    found = (
        select(*columns, func.sum(FieldUsage.operations), func.max(FieldUsage.day))
        .where(FieldUsage.day >= since)
        .group_by(*columns)
        .order_by(*columns)
    )
    async with database.transaction() as session:
        return [
            CoordinateUse(coordinate, name, version, int(operations), last_used)
            for coordinate, name, version, operations, last_used in await session.execute(found)
        ]


async def forget_old_usage(database: Database) -> None:
    """Forget the counts of days long past."""
    oldest = today() - timedelta(days=KEPT_DAYS)
    async with database.transaction() as session:
        for counts in (FieldUsage, DocumentUsage):
            await session.execute(delete(counts).where(counts.day < oldest))


def today() -> date:
    """The day that is counted, which begins at midnight UTC."""
    return datetime.now(UTC).date()


async def _add(
    session: AsyncSession, counts: type[FieldUsage] | type[DocumentUsage], what: str, numbers: Mapping[Used, int]
) -> None:
    if not numbers:
        return
    # In one order, so that processes that add to the same counts wait for each other instead of locking up; and as
    # columns, because a thousand rows one by one would keep the event loop from its requests.
    used = sorted(numbers)
    columns: dict[str, Any] = {
        what: array_of(LargeBinary if what == "sha256" else Text, [one.what for one in used]),
        "client_name": array_of(Text, [one.client_name for one in used]),
        "client_version": array_of(Text, [one.client_version for one in used]),
        "day": array_of(Date, [today()] * len(used)),
        "operations": array_of(BigInteger, [numbers[one] for one in used]),
    }
    add = insert(counts).from_select(list(columns), select(*map(func.unnest, columns.values())))
    key = [column.name for column in counts.__table__.primary_key]
    more = counts.operations + add.excluded.operations
    await session.execute(add.on_conflict_do_update(index_elements=key, set_={"operations": more}))


def array_of(type_: Any, values: list[Any]) -> ColumnElement[Any]:
    """Values as one parameter."""
    return cast(literal(values, ARRAY(type_)), ARRAY(type_))

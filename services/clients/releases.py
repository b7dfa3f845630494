"""Releases of clients: registered with what they send, in use, retired."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Select, and_, delete, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from database.client_release import ClientRelease, ReleasedDocument, TrustedDocument
from database.engine import Database
from database.errors import ReelgraphError
from database.usage import DocumentUsage


class ReleaseChangedError(ReelgraphError):
    """A release is registered already, with other documents."""


class UnknownReleaseError(ReelgraphError):
    """No release of this name and version is registered."""


@dataclass(frozen=True, slots=True)
class ListedRelease:
    """A release, the number of its documents, and the last day on which one of them was seen."""

    client_name: str
    client_version: str
    registered_at: datetime
    retired_at: datetime | None
    documents: int
    last_seen: date | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A document that a release sends, and the day on which it was last seen or registered."""

    client_name: str
    client_version: str
    text: str
    last_seen: date


async def register_release(
    database: Database, name: str, version: str, documents: Mapping[bytes, str], *, replace: bool = False
) -> bool:
    """Note what a release sends: texts by their SHA-256. False where just that was registered before.

    It counts as seen now; one that was retired is back. Raises `ReleaseChangedError` where it was registered with other
    documents, unless they are to be replaced.
    """
    async with database.transaction() as session:
        made = await session.scalar(
            insert(ClientRelease)
            .values(client_name=name, client_version=version)
            .on_conflict_do_nothing()
            .returning(ClientRelease.client_name)
        )
        release = await _locked(session, name, version)
        known = set((await session.scalars(_documents_of(name, version))).all())
        if made is None and known != documents.keys() and not replace:
            raise ReleaseChangedError(
                f"{name}@{version} is registered already, with other documents.",
                hint="A release does not change: register the new one by a version of its own, or use --replace.",
            )
        is_new = made is not None or known != documents.keys() or release.retired_at is not None
        # Who registers is about to be out.
        release.registered_at, release.retired_at = datetime.now(UTC), None
        await _send_only(session, name, version, documents)
        return is_new


async def _send_only(session: AsyncSession, name: str, version: str, documents: Mapping[bytes, str]) -> None:
    await session.execute(
        delete(ReleasedDocument).where(
            ReleasedDocument.client_name == name,
            ReleasedDocument.client_version == version,
            ReleasedDocument.sha256.not_in(documents),
        )
    )
    if documents:
        # In one order, so that two who register the same documents wait for each other instead of locking up.
        rows = [{"sha256": sha256, "text": documents[sha256]} for sha256 in sorted(documents)]
        await session.execute(insert(TrustedDocument).on_conflict_do_nothing(), rows)
        links = [{"client_name": name, "client_version": version, "sha256": row["sha256"]} for row in rows]
        await session.execute(insert(ReleasedDocument).on_conflict_do_nothing(), links)


async def retire_release(database: Database, name: str, version: str) -> bool:
    """Note that nobody uses a release any more: its documents are trusted no longer. False where it was before.

    Raises `UnknownReleaseError`.
    """
    async with database.transaction() as session:
        release = await _locked(session, name, version)
        if release.retired_at is not None:
            return False
        release.retired_at = datetime.now(UTC)
        return True


async def list_releases(database: Database) -> list[ListedRelease]:
    """Every release, the newest of each client first."""
    seen = (
        select(func.max(DocumentUsage.day))
        .where(
            DocumentUsage.client_name == ClientRelease.client_name,
            DocumentUsage.client_version == ClientRelease.client_version,
        )
        .scalar_subquery()
    )
    documents = (
        select(func.count())
        .where(
            ReleasedDocument.client_name == ClientRelease.client_name,
            ReleasedDocument.client_version == ClientRelease.client_version,
        )
        .scalar_subquery()
    )
    order = (ClientRelease.client_name, ClientRelease.registered_at.desc(), ClientRelease.client_version)
    async with database.transaction() as session:
        rows = await session.execute(select(ClientRelease, documents, seen).order_by(*order))
        return [
            ListedRelease(
                release.client_name,
                release.client_version,
                release.registered_at,
                release.retired_at,
                count,
                last_seen,
            )
            for release, count, last_seen in rows
        ]


async def documents_in_use(database: Database, since: date) -> list[Sent]:
    """What releases send that are not retired and were registered, or seen to send it, since a day.

    Whoever sends a document that they have not registered may be any of the releases that have.
    """
    async with database.transaction() as session:
        rows = await session.execute(_documents_seen())
        sent = [Sent(*row) for row in rows]
    return [one for one in sent if one.last_seen >= since]


def _documents_seen() -> Select[Any]:
    its_own = aliased(ReleasedDocument)
    is_its_own = exists().where(
        its_own.sha256 == DocumentUsage.sha256,
        its_own.client_name == DocumentUsage.client_name,
        its_own.client_version == DocumentUsage.client_version,
    )
    is_this = and_(
        DocumentUsage.client_name == ReleasedDocument.client_name,
        DocumentUsage.client_version == ReleasedDocument.client_version,
    )
    seen = (
        select(func.max(DocumentUsage.day))
        .where(DocumentUsage.sha256 == ReleasedDocument.sha256, or_(is_this, ~is_its_own))
        .correlate(ReleasedDocument)
        .scalar_subquery()
    )
    registered = func.date(func.timezone("UTC", ClientRelease.registered_at))
    return (
        select(
            ReleasedDocument.client_name,
            ReleasedDocument.client_version,
            TrustedDocument.text,
            func.greatest(registered, seen),
        )
        .join(TrustedDocument, TrustedDocument.sha256 == ReleasedDocument.sha256)
        .join(
            ClientRelease,
            and_(
                ClientRelease.client_name == ReleasedDocument.client_name,
                ClientRelease.client_version == ReleasedDocument.client_version,
            ),
        )
        .where(ClientRelease.retired_at.is_(None))
        .order_by(ReleasedDocument.client_name, ReleasedDocument.client_version, TrustedDocument.text)
    )


def _documents_of(name: str, version: str) -> Select[bytes]:
    return select(ReleasedDocument.sha256).where(
        ReleasedDocument.client_name == name, ReleasedDocument.client_version == version
    )


async def _locked(session: AsyncSession, name: str, version: str) -> ClientRelease:
    """The release, which nobody else changes until the transaction ends."""
    release = await session.scalar(
        select(ClientRelease)
        .where(ClientRelease.client_name == name, ClientRelease.client_version == version)
        .with_for_update()
    )
    if release is None:
        raise UnknownReleaseError(
            f"There is no release {name}@{version}.", hint="See those that are registered: reelgraph clients list"
        )
    return release

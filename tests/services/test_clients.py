"""Releases of clients: registered, seen, retired."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from database.engine import Database
from services.clients import (
    ReleaseChangedError,
    UnknownReleaseError,
    Used,
    deployed_sdl,
    documents_in_use,
    forget_old_usage,
    list_releases,
    note_deployment,
    record_usage,
    register_release,
    retire_release,
    today,
    trusted_text,
    usage_since,
)
from tests.support.manifests import by_hash

ONE, TWO = "query One { viewer { id } }", "query Two { viewer { id } }"
(HASH,) = by_hash([ONE])


async def set_back(database: Database, days: int) -> None:
    """Let all that was noted have been noted so many days ago."""
    async with database.transaction() as session:
        for change in (
            "UPDATE client_releases SET registered_at = registered_at - make_interval(days => :days)",
            "UPDATE document_usage SET day = day - CAST(:days AS integer)",
            "UPDATE field_usage SET day = day - CAST(:days AS integer)",
        ):
            await session.execute(text(change), {"days": days})


async def in_use(database: Database, days: int = 30) -> Sequence[tuple[str, str, str]]:
    sent = await documents_in_use(database, today() - timedelta(days=days))
    return [(one.client_name, one.client_version, one.text) for one in sent]


async def test_registering_again_changes_nothing(database: Database) -> None:
    assert await register_release(database, "web", "1", by_hash([ONE, TWO]))
    assert not await register_release(database, "web", "1", by_hash([TWO, ONE]))
    (release,) = await list_releases(database)
    assert (release.client_name, release.client_version, release.documents) == ("web", "1", 2)
    assert (release.retired_at, release.last_seen) == (None, None)


async def test_a_release_does_not_change_unless_it_is_replaced(database: Database) -> None:
    await register_release(database, "web", "1", by_hash([ONE]))
    with pytest.raises(ReleaseChangedError, match="web@1 is registered already, with other documents") as refused:
        await register_release(database, "web", "1", by_hash([TWO]))
    assert "--replace" in refused.value.hint
    assert await in_use(database) == [("web", "1", ONE)]
    assert await register_release(database, "web", "1", by_hash([TWO]), replace=True)
    assert await in_use(database) == [("web", "1", TWO)]
    assert await trusted_text(database, HASH) is None


async def test_many_may_register_the_same_at_once(database: Database) -> None:
    versions = [str(number % 4) for number in range(12)]
    made = await asyncio.gather(
        *(register_release(database, "web", version, by_hash([ONE, TWO])) for version in versions)
    )
    assert sum(made) == 4
    assert len(await list_releases(database)) == 4


async def test_a_retired_release_sends_nothing_until_it_is_back(database: Database) -> None:
    await register_release(database, "web", "1", by_hash([ONE]))
    assert await trusted_text(database, HASH) == ONE
    assert await retire_release(database, "web", "1")
    assert not await retire_release(database, "web", "1")
    assert await trusted_text(database, HASH) is None
    assert await in_use(database) == []
    assert await register_release(database, "web", "1", by_hash([ONE]))
    assert await trusted_text(database, HASH) == ONE


async def test_what_was_never_registered_cannot_be_retired(database: Database) -> None:
    with pytest.raises(UnknownReleaseError, match="There is no release web@9") as unknown:
        await retire_release(database, "web", "9")
    assert unknown.value.hint.endswith("reelgraph clients list")


async def test_a_release_is_in_use_while_it_is_seen_or_new(database: Database) -> None:
    await register_release(database, "web", "1", by_hash([ONE, TWO]))
    await set_back(database, 31)
    assert await in_use(database) == []
    await record_usage(database, {}, {Used(HASH, "web", "1"): 3, Used(b"unknown", "web", "1"): 1})
    assert await in_use(database) == [("web", "1", ONE)]
    assert [release.last_seen for release in await list_releases(database)] == [today()]
    await set_back(database, 31)
    assert await in_use(database) == []
    assert await in_use(database, days=31) == [("web", "1", ONE)]


@pytest.mark.parametrize(
    ("name", "version", "seen"),
    [("", "", True), ("(others)", "", True), ("web", "", True), ("web", "1-beta", True), ("app", "7", False)],
)
async def test_who_sends_what_it_has_not_registered_may_be_anybody(
    database: Database, name: str, version: str, seen: bool
) -> None:
    await register_release(database, "web", "1", by_hash([ONE]))
    await register_release(database, "app", "7", by_hash([ONE]))
    await retire_release(database, "app", "7")
    await set_back(database, 31)
    await record_usage(database, {}, {Used(HASH, name, version): 1})
    assert bool(await in_use(database)) is seen


async def test_who_registers_again_is_about_to_be_out(database: Database) -> None:
    for replaced in (ONE, TWO, TWO):
        await register_release(database, "web", "1", by_hash([replaced]), replace=True)
        assert await in_use(database) == [("web", "1", replaced)]
        await set_back(database, 31)
        assert await in_use(database) == []
    await retire_release(database, "web", "1")
    await register_release(database, "web", "1", by_hash([TWO]))
    assert await in_use(database) == [("web", "1", TWO)]


async def test_counts_add_up_by_client_and_day(database: Database) -> None:
    web, app = Used("Video.id", "web", "1"), Used("Video.id", "app", "")
    await record_usage(database, {web: 2}, {})
    await set_back(database, 1)
    await asyncio.gather(*(record_usage(database, {web: 1, app: 1}, {}) for _ in range(5)))
    found = {(use.client_name, use.operations, use.last_used) for use in await usage_since(database, date.min)}
    assert found == {("web", 7, today()), ("app", 5, today())}
    assert {use.operations for use in await usage_since(database, today())} == {5}


async def test_old_counts_are_forgotten(database: Database) -> None:
    await register_release(database, "web", "1", by_hash([ONE]))
    used = {Used("Video.id", "web", "1"): 1}, {Used(HASH, "web", "1"): 1}
    await record_usage(database, *used)
    await set_back(database, 91)
    await record_usage(database, *used)
    await forget_old_usage(database)
    async with database.transaction() as session:
        for table in ("field_usage", "document_usage"):
            assert (await session.scalars(text(f"SELECT day FROM {table}"))).all() == [today()]  # noqa: S608  no input


async def test_the_contract_that_was_deployed_last_counts(database: Database) -> None:
    assert await deployed_sdl(database) is None
    assert sum(await asyncio.gather(*(note_deployment(database, "one") for _ in range(4)))) == 1
    assert await note_deployment(database, "two")
    assert await note_deployment(database, "one"), "who goes back deploys, too"
    assert await deployed_sdl(database) == "one"

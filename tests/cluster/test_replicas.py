"""Reads from a real streaming replica: seldom as things are now, always with what the viewer wrote."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest
from uuid_utils.compat import uuid7

from database.address import for_asyncpg, parsed
from database.engine import Database
from database.errors import DatabaseAwayError
from database.reader import Reader
from database.statement import Statement
from database.statements.video import VIEWER_TOTALS
from database.video_job import ProcessingStatus, VideoJob
from server.settings import Settings
from services.storage import Storage
from tests.support.library import Library
from tests.support.live import events, listening
from tests.support.replicas import Node, asked, end_of_log, node, replay_paused

Starting: TypeAlias = AbstractAsyncContextManager[Node]

CREATE = """
mutation ($input: CreateVideoUploadInput!) {
  createVideoUpload(input: $input) { ... on CreateVideoUploadSuccess { video { id } } ... on Error { message } }
}
"""
UPLOAD = {"originalFilename": "a.mp4", "contentType": "video/mp4", "sizeBytes": 1}
COUNT = "{ viewer { videoCount } }"
EVENTS = "subscription ($after: String) { videoJobEvents(after: $after) { cursor job { attempt } } }"


@pytest.fixture
def start(settings: Settings, database_url: str, replica_url: str, storage: Storage) -> Callable[..., Starting]:
    """Starts a process of the server; several know nothing of each other."""
    return partial(node, settings, database_url, replica_url, storage)


@pytest.fixture
async def one(start: Callable[..., Starting]) -> AsyncIterator[Node]:
    async with start() as made:
        yield made


@pytest.fixture
async def other(start: Callable[..., Starting]) -> AsyncIterator[Node]:
    async with start() as made:
        yield made


@pytest.fixture
async def address(settings: Settings, storage: Storage, one: Node) -> AsyncIterator[str]:
    """Address of the first one, for streams."""
    async with listening(settings, one.database, storage) as url:
        yield url


async def count(node: Node, viewer: UUID, **headers: str) -> int:
    answer = (await node.api.signed_in(viewer).post({"query": COUNT}, **headers)).json()
    return int(answer["data"]["viewer"]["videoCount"])


async def create(node: Node, viewer: UUID) -> dict[str, str]:
    """Have a video made; the answer's headers."""
    answer = await node.api.signed_in(viewer).post({"query": CREATE, "variables": {"input": UPLOAD}})
    assert "video" in answer.json()["data"]["createVideoUpload"]
    return dict(answer.headers)


async def test_queries_are_read_from_the_replica_and_nothing_of_them_from_the_primary(
    one: Node, library: Library, viewer: UUID
) -> None:
    await library.video()
    await one.caught_up()
    async with one.reads() as (primary, replica):
        assert await count(one, viewer) == 1
    assert primary == []
    assert len(replica) == 1


async def test_a_viewer_sees_what_they_wrote_in_every_process_and_others_may_not_yet(
    one: Node, other: Node, replica_url: str, viewer: UUID
) -> None:
    """While the replica stands still: at once where it was written; elsewhere by the header, or by the cookie."""
    async with replay_paused(replica_url):
        said = await create(one, viewer)
        one.api.http.cookies.clear()  # the process itself knows, whoever asks
        assert await count(one, viewer) == 1
        assert await count(other, viewer) == 0  # by another client of theirs, which can't know: the replica's state
        assert await count(other, viewer, **{"X-Reelgraph-Written": said["x-reelgraph-written"]}) == 1
        cookie, *attributes = said["set-cookie"].split("; ")
        assert await count(other, viewer, Cookie=f"theme=dark; {cookie}") == 1
        assert attributes == ["Path=/graphql", "Max-Age=70", "HttpOnly", "SameSite=Lax"]
    await one.caught_up()
    await other.caught_up()
    for process in (one, other):
        async with process.reads() as (primary, replica):
            assert await count(process, viewer, **{"X-Reelgraph-Written": said["x-reelgraph-written"]}) == 1
        assert (primary, len(replica)) == ([], 1)


@pytest.mark.parametrize("place", ["", "x", "0/0/0", "FFFFFFFF/FFFFFFFF", "0/" + "9" * 9, "é", "-1/0"])
async def test_a_place_that_nobody_gave_out_leads_to_the_primary(one: Node, viewer: UUID, place: str) -> None:
    """Whoever makes one up gets what they would get anyway, from the server that always knows."""
    async with one.reads() as (primary, replica):
        headers = {**one.api.signed_in(viewer).headers, "X-Reelgraph-Written": place.encode()}
        answer = await one.api.http.post("/graphql", json={"query": COUNT}, headers=headers)  # type: ignore[arg-type]
    assert answer.json() == {"data": {"viewer": {"videoCount": 0}}}
    assert (len(primary), replica) == (1, [])


async def test_a_write_that_does_not_wait_for_the_disk_is_before_its_place(
    database_url: str, replica_url: str, viewer: UUID, library: Library
) -> None:
    """A replica that has come to the place shows the write, each time: PostgreSQL here commits asynchronously."""
    assert await asked(database_url, "SHOW synchronous_commit") == "off"
    database = Database(database_url)
    replica = await asyncpg.connect(for_asyncpg(parsed(replica_url)))
    reached = "SELECT pg_last_wal_replay_lsn() - '0/0'::pg_lsn"
    try:
        for number in range(1, 13):
            await library.video()
            async with database.reader(viewer) as reader:
                place = await reader.place()
            async with asyncio.timeout(10):
                while await replica.fetchval(reached) < place:
                    await asyncio.sleep(0.001)
            assert await replica.fetchval("SELECT count(*) FROM videos") == number
    finally:
        await replica.close()
        await database.close()


async def test_who_hears_of_a_change_and_then_asks_is_told_of_it(
    one: Node, other: Node, address: str, replica_url: str, library: Library
) -> None:
    """The change is somebody else's, a worker's; the replica stands still. Elsewhere, by what the event says."""
    job = await library.job(await library.video(), ProcessingStatus.PENDING)
    await one.caught_up()
    await other.caught_up()
    ask = "{ videoJobs(first: 1) { nodes { attempt } } }"
    mine, elsewhere = one.api.signed_in(library.owner), other.api.signed_in(library.owner)
    async with asyncio.timeout(30), replay_paused(replica_url):
        cursor = (await mine.data("{ videoJobEventsCursor }"))["videoJobEventsCursor"]
        async with library.database.transaction() as session:
            (await session.get_one(VideoJob, job.id)).attempt = 7
        assert (await mine.data(ask))["videoJobs"]["nodes"] == [{"attempt": 1}]
        async with events(address, mine.headers, EVENTS, after=cursor) as stream:
            event = await anext(stream)
        assert event["data"]["videoJobEvents"]["job"] == {"attempt": 7}
        assert (await mine.data(ask))["videoJobs"]["nodes"] == [{"attempt": 7}]
        assert (await elsewhere.data(ask))["videoJobs"]["nodes"] == [{"attempt": 1}]
        place = event["extensions"]["written"]
        answer = await elsewhere.post({"query": ask}, **{"X-Reelgraph-Written": place})
        assert answer.json()["data"]["videoJobs"]["nodes"] == [{"attempt": 7}]


async def test_a_replica_too_far_behind_is_not_asked(
    start: Callable[..., Starting], replica_url: str, library: Library, viewer: UUID
) -> None:
    """Also by viewers who wrote nothing; it is asked again when it has come near."""
    async with start(most_lag_seconds=0.5) as one:
        async with replay_paused(replica_url):
            await library.video()
            assert await count(one, viewer) in {0, 1}
            async with asyncio.timeout(10):
                while await count(one, viewer) == 0:
                    await asyncio.sleep(0.02)
        await one.caught_up()
        async with one.reads() as (primary, replica):
            assert await count(one, viewer) == 1
        assert (primary, len(replica)) == ([], 1)


async def test_what_a_process_remembers_of_writes_it_forgets_when_no_replica_lacks_them(
    start: Callable[..., Starting],
) -> None:
    async with start(most_lag_seconds=0.2) as one:
        replicas = one.database.replicas
        assert replicas is not None
        for _ in range(10):
            await create(one, uuid7())
        assert len(replicas._floors) > 0
        async with asyncio.timeout(10):
            while replicas._floors:
                await asyncio.sleep(0.02)
        assert len(replicas._ends) < 20


async def test_a_query_that_the_replica_cuts_off_is_answered_by_the_primary(
    one: Node, replica_url: str, library: Library, viewer: UUID
) -> None:
    """Its connections are ended again and again, as by a conflict with what it replays: nobody is told."""
    await library.video()
    await one.caught_up()
    reader = one.database.replica_reader(viewer)
    (totals,) = await reader.fetch(VIEWER_TOTALS, keys=[viewer])
    ours = "datname = current_database() AND pid <> pg_backend_pid()"
    await asked(replica_url, f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {ours}")  # noqa: S608  no input
    (again,) = await reader.fetch(VIEWER_TOTALS, keys=[viewer])
    assert totals.video_count == again.video_count == 1
    assert reader._parking is one.database.parking
    await reader.close()


async def test_row_level_security_holds_on_the_replica_too(
    database_url: str, replica_url: str, library: Library, viewer: UUID
) -> None:
    await library.video()
    database = Database(database_url, replica_urls=[replica_url], enforce_rls=True)
    assert database.replicas is not None
    place = await end_of_log(database_url)
    try:
        async with asyncio.timeout(20):
            while database.replicas.choose(viewer, place) is None:
                await asyncio.sleep(0.02)
        async with database.replica_reader(viewer) as reader:
            driver = await reader._driver()
            assert await driver.fetchval("SELECT pg_is_in_recovery()")
            assert await driver.fetchval("SELECT current_user") == "reelgraph_viewer"
            assert await driver.fetchval("SELECT count(*) FROM videos") == 1
        async with database.replica_reader(uuid7()) as reader:
            driver = await reader._driver()
            assert await driver.fetchval("SELECT count(*) FROM videos") == 0
    finally:
        await database.close()


async def test_who_may_have_written_looks_where_it_is(
    one: Node, other: Node, library: Library, *, replica_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The primary goes after the commit: whoever is told that it may be done, and looks first, must see it."""
    viewer = library.owner
    await library.video()
    await one.caught_up()
    await other.caught_up()
    fetch = Reader._fetch

    async def lost(reader: Reader, statement: Statement[Any], values: dict[str, Any]) -> list[Any]:
        if reader._parking is one.database.parking:
            raise DatabaseAwayError("The database is away: lost.", may_be_done=False)
        return await fetch(reader, statement, values)

    asked_for = CREATE.replace("video { id }", "video { originalFilename createdAt }")
    async with replay_paused(replica_url):
        with monkeypatch.context() as patch:
            patch.setattr(Reader, "_fetch", lost)
            answer = await one.api.signed_in(viewer).post({"query": asked_for, "variables": {"input": UPLOAD}})
        assert answer.status_code == 503
        assert "may have been changed" in answer.json()["errors"][0]["message"]
        assert await count(one, viewer) == 2
        said = {"X-Reelgraph-Written": answer.headers["x-reelgraph-written"]}
        assert await count(other, viewer, **said) == 2


async def test_a_viewer_whose_write_has_no_place_reads_the_primary(one: Node, library: Library, viewer: UUID) -> None:
    await library.video()
    await one.caught_up()
    replicas = one.database.replicas
    assert replicas is not None
    assert replicas.choose(viewer, 0) is not None
    replicas.hold(viewer, None)
    assert replicas.choose(viewer, 0) is None
    assert replicas.choose(uuid7(), 0) is not None
    async with asyncio.timeout(10):
        while replicas.choose(viewer, 0) is None:
            await asyncio.sleep(0.02)

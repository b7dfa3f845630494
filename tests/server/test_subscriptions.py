"""What is heard of is answered once for all who asked the same, to nobody else, and as things are then."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from graphql import OperationType
from sqlalchemy import update
from uuid_utils.compat import uuid7

from database.engine import Database
from database.video import Video
from database.video_job import ProcessingStatus, VideoJob
from database.video_metadata import VideoMetadata
from server.settings import Settings
from tests.schema.test_operations import without_overhead
from tests.support.api import Api
from tests.support.library import Library
from tests.support.live import Live, events, touch
from tests.support.operations import open_reads
from tests.support.typed.documents import OPERATIONS, TEXTS

FOLLOW = "subscription { videoJobEvents { job { id } } }"
# Costs a statement of its own at each event.
VIDEOS = """subscription ($video: ID, $after: String, $first: Int) {
  videoJobEvents(videoId: $video, after: $after) { job { attempt video { jobs(first: $first) { nodes { id } } } } }
}"""
# The same, written in other ways; FIELD stands for it.
WAYS = (
    "subscription ($after: String) { ...Live } fragment Live on Subscription { FIELD }",
    "subscription ($after: String) { ... on Subscription { ... { FIELD } } }",
    "subscription ($after: String) { FIELD FIELD }",
    "subscription ($after: String) { live: FIELD }",
)
FIELD = "videoJobEvents(after: $after) { job { attempt video { jobs { nodes { id } } } } }"


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """The settings; with the executor that a test asks for."""
    return Settings.model_validate({"data": tmp_path, "executor": getattr(request, "param", "compiled")})


@pytest.fixture
async def database(database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """The database; with row-level security where a test asks for it."""
    database = Database(database_url, enforce_rls=getattr(request, "param", False))
    yield database
    await database.close()


@pytest.fixture
async def job(library: Library) -> VideoJob:
    return await library.job(await library.video(), ProcessingStatus.PROCESSING)


async def executed(
    live: Live, api: Api, job: VideoJob, subscriptions: list[dict[str, Any]], *, query: str = VIDEOS
) -> int:
    """How often a change is answered that so many subscriptions hear of."""
    async with AsyncExitStack() as stack:
        streams = [
            await stack.enter_async_context(events(live.url, api.headers, query, **variables))
            for variables in subscriptions
        ]
        await live.followed(job.uploader_user_id, len(streams))
        async with api.statements() as seen:
            await touch(api.database, job.id)
            for answers in streams:
                assert "errors" not in await anext(answers)
    return sum("FROM video_jobs" in sql for sql in seen)


async def test_identical_subscriptions_share_one_execution_of_an_event(live: Live, api: Api, job: VideoJob) -> None:
    video = f"video_{job.video_id.hex}"
    assert await executed(live, api, job, [{}]) == 1
    assert await executed(live, api, job, [{}] * 5) == 1
    assert await executed(live, api, job, [{"first": 2}, {"first": 2}, {"first": 3}]) == 2
    assert await executed(live, api, job, [{"video": video}, {}, {"video": video}, {}]) == 2


@pytest.mark.parametrize("database", [False, True], indirect=True, ids=["off", "enforce"])
async def test_nobody_hears_of_others_jobs(live: Live, api: Api, database: Database, job: VideoJob) -> None:
    other, theirs = await someone_else(database)
    async with (
        events(live.url, api.headers, FOLLOW) as mine,
        events(live.url, api.signed_in(other).headers, FOLLOW) as foreign,
    ):
        await live.followed(job.uploader_user_id, 1)
        await live.followed(other, 1)
        for _ in range(3):
            await touch(database, theirs.id)
            await touch(database, job.id)
        assert {id_of(await anext(mine)) for _ in range(3)} == {job.id.hex}
        assert {id_of(await anext(foreign)) for _ in range(3)} == {theirs.id.hex}


async def test_others_cursors_and_videos_are_refused(live: Live, api: Api, database: Database, job: VideoJob) -> None:
    other, theirs = await someone_else(database)
    cursor = (await api.signed_in(other).data("{ videoJobEventsCursor }"))["videoJobEventsCursor"]
    for variables in ({"after": cursor}, {"video": f"video_{theirs.video_id.hex}"}):
        async with events(live.url, api.headers, VIDEOS, **variables) as answers:
            (refused,) = [answer async for answer in answers]
        assert refused["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(("database", "is_shown"), [(False, True), (True, False)], indirect=["database"])
async def test_row_level_security_holds_where_the_statements_do_not(
    live: Live, api: Api, database: Database, job: VideoJob, *, is_shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, theirs = await someone_else(database)
    open_reads(monkeypatch, lambda name: name == "job_events_after")
    async with events(live.url, api.headers, FOLLOW) as answers:
        await live.followed(job.uploader_user_id, 1)
        await touch(database, theirs.id)
        await touch(database, job.id)
        heard = {id_of(await anext(answers))}
        while job.id.hex not in heard:
            heard.add(id_of(await anext(answers)))
    assert (theirs.id.hex in heard) == is_shown


@pytest.mark.parametrize("settings", ["compiled", "reference"], indirect=True)
async def test_what_an_event_leads_to_is_as_it_is_now(
    live: Live, api: Api, database: Database, library: Library, job: VideoJob
) -> None:
    metadata = await library.metadata(job, title="old")
    query = """subscription { videoJobEvents { job {
      metadata { title } video { originalFilename title contentType latestJob { attempt } }
    } } }"""
    async with events(live.url, api.headers, query) as answers:
        await live.followed(library.owner, 1)
        for title in ("old", "new", "newer"):
            async with database.transaction() as session:
                await session.execute(update(VideoMetadata).values(title=title).where(VideoMetadata.id == metadata.id))
                await session.execute(update(Video).values(content_type=title).where(Video.id == job.video_id))
            await touch(database, job.id)
            shown = (await anext(answers))["data"]["videoJobEvents"]["job"]
            assert shown["metadata"]["title"] == title
            assert shown["video"]["contentType"] == title


async def test_the_field_may_be_asked_for_in_any_way(live: Live, api: Api, job: VideoJob) -> None:
    for way in WAYS:
        cursor = (await api.data("{ videoJobEventsCursor }"))["videoJobEventsCursor"]
        subscriptions: list[dict[str, Any]] = [{"after": cursor}, {"after": None}, {}]
        assert await executed(live, api, job, subscriptions, query=way.replace("FIELD", FIELD)) == 1


# In statements, however many subscribe: the log, and the videos that it is about.
LIVE_BUDGETS = {"VideoJobEvents": 1, "LibraryEvents": 2}


def test_every_subscription_has_a_budget() -> None:
    assert set(LIVE_BUDGETS) == {name for name, kind in OPERATIONS.items() if kind is OperationType.SUBSCRIPTION}


@pytest.mark.parametrize("name", LIVE_BUDGETS)
async def test_our_own_subscriptions_read_the_log_once_for_all(
    live: Live, api: Api, database_url: str, job: VideoJob, name: str
) -> None:
    elsewhere = Database(database_url)  # what changes the job is not counted
    async with AsyncExitStack() as stack:
        subscribed = [events(live.url, api.headers, TEXTS[name], operation=name) for _ in range(3)]
        streams = [await stack.enter_async_context(subscription) for subscription in subscribed]
        await live.followed(job.uploader_user_id, len(streams))
        for is_first in (True, False):  # a connection's first statement asks for types
            async with api.statements() as seen:
                await touch(elsewhere, job.id)
                assert all(["errors" not in await anext(answers) for answers in streams])
            assert is_first or len(without_overhead(seen)) == LIVE_BUDGETS[name], "\n\n".join(seen)
    await elsewhere.close()


async def someone_else(database: Database) -> tuple[UUID, VideoJob]:
    """Another owner, and their job."""
    other = Library(database, uuid7())
    return other.owner, await other.job(await other.video(), ProcessingStatus.PROCESSING)


def id_of(answer: Any) -> str:
    job: str = answer["data"]["videoJobEvents"]["job"]["id"]
    return job.removeprefix("job_")

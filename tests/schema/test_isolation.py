"""A viewer sees only their own rows, whichever way they ask, and with either wall alone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from graphql import GraphQLSchema, build_schema

from database.engine import Database
from schema.schema import sdl
from server.settings import Settings
from services.storage import Storage
from tests.schema.generated import Generator, Operation, Values, coordinates
from tests.support.api import Api, serving
from tests.support.library import Library
from tests.support.limits import unlimited
from tests.support.operations import Owner, given_away, interleaved, open_reads, open_writes, values

SEED = 20260101
OPERATIONS = 350  # for each of two owners, with each of three walls
MORE, MOST = 35, 700  # and more of the second's, until everything there is was asked for
AT_ONCE = 8
CHANGES = 0.6  # the share of turns; reads take a turn together

CONTRACT: GraphQLSchema = build_schema(sdl())
LIVE = ("Subscription.", "VideoJobEvent.")  # see test_isolation_live.py


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return unlimited(settings)


async def test_nothing_of_another_owner_is_seen(api: Api, library: Library) -> None:
    video = await library.video()
    job = await library.job(video)
    metadata = await library.metadata(job)
    ids = {"video": f"video_{video.id.hex}", "job": f"job_{job.id.hex}", "metadata": f"metadata_{metadata.id.hex}"}
    stranger = api.signed_in(uuid4())
    query = """
        query ($video: ID!, $job: ID!, $metadata: ID!) {
          viewer { videoCount storedBytes }
          video(id: $video) { id }
          videoJob(id: $job) { id }
          nodes(ids: [$video, $job, $metadata]) { id }
          videos { nodes { id } }
          videoJobs(statuses: [PENDING, PROCESSING, COMPLETED, FAILED]) { nodes { id } }
        }
    """
    assert await stranger.data(query, **ids) == {
        "viewer": {"videoCount": 0, "storedBytes": 0},
        "video": None,
        "videoJob": None,
        "nodes": [None, None, None],
        "videos": {"nodes": []},
        "videoJobs": {"nodes": []},
    }
    own = await api.data(query, **ids)
    assert [node["id"] for node in own["nodes"]] == list(ids.values())


async def test_nothing_of_another_owner_is_changed(api: Api, library: Library) -> None:
    announced = await library.video(uploaded_at=None)
    metadata = await library.metadata(await library.job(await library.video()), title="mine")
    stranger = api.signed_in(uuid4())
    video_id, metadata_id = f"video_{announced.id.hex}", f"metadata_{metadata.id.hex}"
    completed = await stranger.run("CompleteVideoUpload", input={"videoId": video_id})
    assert completed["completeVideoUpload"] == {
        "__typename": "NotFoundError",
        "id": video_id,
        "message": "No video of yours has this id.",
    }
    updated = await stranger.run("UpdateVideoMetadata", input={"metadataId": metadata_id, "title": "x"})
    assert updated["updateVideoMetadata"]["__typename"] == "NotFoundError"
    assert (await api.run("Videos"))["videos"]["nodes"][0]["title"] == "mine"


async def test_relations_stay_inside_an_owner_even_where_rows_lie_close(api: Api, library: Library) -> None:
    other = Library(library.database, uuid4())
    await library.processed_videos(3, jobs=2)
    await other.processed_videos(3, jobs=2)
    query = """{
      videos {
        nodes { uploaderUserId jobs { nodes { video { uploaderUserId } metadata { video { uploaderUserId } } } } }
      }
    }"""
    for owner in (library.owner, other.owner):
        text = str(await api.signed_in(owner).data(query))
        assert str(owner) in text
        assert text.count("uploaderUserId") == text.count(str(owner))


class Tried:
    """Random operations of one owner among another's ids, and what became of them."""

    def __init__(self, api: Api, owner: Owner, other: Owner) -> None:
        self.random = Random(SEED)
        self.api = api.signed_in(owner.library.owner)
        self.owner = owner
        self.other = other
        self.generator = Generator(CONTRACT, values(self.random, owner, other), self.random)
        self.answers: list[tuple[Operation, dict[str, Any]]] = []

    def next(self) -> "Tried":
        """The same with the owners exchanged; the cursors of this one are tried too."""
        tried = Tried(self.api, self.other, self.owner)
        tried.generator.cursors = self.generator.cursors
        return tried

    async def run(self, count: int) -> None:
        """Run operations, several at once; raise `AssertionError` when the other's rows are seen or changed."""
        before = await self.other.rows()
        while len(self.answers) < count:
            # What is changed is changed alone: reading what is just being deleted is not what this is about.
            changes = self.random.random() < CHANGES
            operations = [self.generator.operation(changes=changes) for _ in range(1 if changes else AT_ONCE)]
            answers = await asyncio.gather(*(self.api.execute(operation.text) for operation in operations))
            for operation, answer in zip(operations, answers, strict=True):
                self.generator.keep_cursors(operation, answer.get("data"))
                self.answers.append((operation, answer))
                self.check(operation, answer)
        assert await self.other.rows() == before, f"seed {SEED}: rows of the other were changed"
        await self.owner.note_keys()

    def check(self, operation: Operation, answer: dict[str, Any]) -> None:
        seen = given_away(CONTRACT, operation.text, answer, self.other.markers())
        assert not seen, f"seed {SEED}, operation {len(self.answers)} shows {seen}:\n{operation.text}\n{answer}"

    def share(self, holds: Callable[[dict[str, Any]], bool]) -> float:
        return sum(holds(answer) for _, answer in self.answers) / len(self.answers)


def has_rows(value: Any) -> bool:
    """Whether an answer has a list with something in it."""
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(member not in ([], None) and (isinstance(value, list) or has_rows(member)) for member in members)


@pytest.fixture
async def walled(database_url: str) -> AsyncIterator[Database]:
    """The database as the server uses it, with row-level security enforced."""
    database = Database(database_url, enforce_rls=True)
    yield database
    await database.close()


def unasked(*tried: Tried) -> set[str]:
    """What of the contract nobody has asked for yet."""
    asked = set[str]().union(*(one.generator.asked for one in tried))
    return {coordinate for coordinate in coordinates(CONTRACT) - asked if not coordinate.startswith(LIVE)}


async def assert_isolated(api: Api, database: Database, operations: int) -> None:
    """Each of two owners tries the whole contract among the other's ids; most operations succeed and find something."""
    first = Tried(api, *await interleaved(database))
    await first.run(operations)
    second = first.next()
    await second.run(operations)
    while (left := unasked(first, second)) and len(second.answers) < MOST:
        await second.run(len(second.answers) + MORE)
    assert not left, "parts of the contract were never asked for"
    for tried in (first, second):
        assert tried.share(lambda answer: "INTERNAL_SERVER_ERROR" in str(answer.get("errors"))) == 0
        assert tried.share(lambda answer: "errors" not in answer) >= 0.7
        assert tried.share(lambda answer: has_rows(answer.get("data"))) >= 0.3


async def test_the_predicate_alone_isolates(api: Api, database: Database) -> None:
    await assert_isolated(api, database, OPERATIONS)


async def test_row_level_security_alone_isolates(
    walled: Database, database: Database, settings: Settings, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_reads(monkeypatch)
    open_writes(walled)
    async with serving(settings, walled, storage) as api:
        await assert_isolated(api, database, OPERATIONS)


async def test_both_walls_isolate(walled: Database, database: Database, settings: Settings, storage: Storage) -> None:
    async with serving(settings, walled, storage) as api:
        await assert_isolated(api, database, OPERATIONS)


@pytest.mark.parametrize("name", ["video_by_id", "job_by_id", "metadata_by_id", "videos_page", "transcript_matches"])
async def test_one_loader_without_the_predicate_is_noticed(
    name: str, api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_reads(monkeypatch, lambda statement: statement == name)
    with pytest.raises(AssertionError, match="shows"):
        await Tried(api, *await interleaved(database)).run(OPERATIONS)


async def test_writes_without_the_predicate_are_noticed(
    database: Database, settings: Settings, storage: Storage, database_url: str
) -> None:
    opened = Database(database_url)
    open_writes(opened)
    async with serving(settings, opened, storage) as api:
        tried = Tried(api, *await interleaved(database))
        before = await tried.other.rows()
        with pytest.raises(AssertionError, match=r"shows|changed"):
            await tried.run(OPERATIONS)
        assert await tried.other.rows() != before
    await opened.close()


def test_an_argument_of_an_unknown_type_is_an_error() -> None:
    new = build_schema("scalar Color type Query { paint(color: Color!): Int }")
    random = Random(SEED)
    with pytest.raises(LookupError, match=r"Query\.paint\(color:\) of type Color"):
        Generator(new, Values({}, {}), random).operation(changes=False)

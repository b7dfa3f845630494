"""Lists: pages meet every row once, whatever the order, the direction, the filter and what happens meanwhile."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete

from database.video import Video
from database.video_job import ProcessingStatus
from tests.support.api import Api
from tests.support.library import START, Library

VIDEOS = """
query ($first: Int, $after: String, $last: Int, $before: String, $filter: VideoFilter, $orderBy: VideoOrder!) {
  videos(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}
"""
CONTENT_TYPES = ["video/mp4", "video/webm", "video/quicktime"]
WORDS = ["harbour", "dawn", "lecture", "ferry"]
SORT_KEYS: dict[str, tuple[Callable[[Video], Any], bool]] = {
    "CREATED_AT_DESC": (lambda video: (video.created_at, video.id), True),
    "CREATED_AT_ASC": (lambda video: (video.created_at, video.id), False),
    "ORIGINAL_FILENAME_ASC": (lambda video: (video.original_filename.encode(), video.id), False),
    "SIZE_BYTES_DESC": (lambda video: (video.size_bytes, video.id), True),
}


@dataclass
class Shelf:
    """A random library, and which of its videos pass a random filter."""

    library: Library
    chance: random.Random

    async def add(self) -> Video:
        """A video like any other: instants, names and sizes are few, so that many are equal."""
        video = await self.library.video(
            created_at=START + timedelta(hours=self.chance.randrange(5)),
            original_filename=f"{self.chance.choice(WORDS)} {self.chance.randrange(3)}.mp4",
            content_type=self.chance.choice(CONTENT_TYPES),
            size_bytes=self.chance.choice([1, 1000, 2**40]),
        )
        self.statuses[video.id] = status = self.chance.choice([None, *ProcessingStatus])
        if status is not None:
            await self.library.job(video, status)
        return video

    async def remove(self, video: Video) -> None:
        async with self.library.database.transaction() as session:
            await session.execute(delete(Video).where(Video.id == video.id))

    def __post_init__(self) -> None:
        self.statuses: dict[UUID, ProcessingStatus | None] = {}

    def filter(self) -> tuple[dict[str, Any], Callable[[Video], bool]]:
        """A filter as the contract takes it, and what it means."""
        choose = self.chance
        since = START + timedelta(hours=choose.randrange(5))
        until = since + timedelta(hours=choose.randrange(1, 4))
        types = choose.sample(CONTENT_TYPES, 2)
        statuses = choose.sample(list(ProcessingStatus), 2)
        word = choose.choice(WORDS)
        candidates: list[tuple[dict[str, Any], Callable[[Video], bool]]] = [
            ({"contentTypes": types}, lambda video: video.content_type in types),
            ({"statuses": [str(status) for status in statuses]}, lambda video: self.statuses[video.id] in statuses),
            ({"search": word.upper()}, lambda video: word in video.original_filename),
            (
                {"createdAt": {"from": since.isoformat(), "until": until.isoformat()}},
                lambda video: since <= video.created_at < until,
            ),
        ]
        chosen = choose.sample(candidates, choose.choice([0, 0, 1, 2]))
        merged = {name: value for given, _ in chosen for name, value in given.items()}
        return merged, lambda video: all(passes(video) for _, passes in chosen)


@pytest.mark.parametrize("seed", range(24))
async def test_every_row_that_stays_is_met_once(api: Api, library: Library, seed: int) -> None:
    shelf = Shelf(library, random.Random(seed))
    chance = shelf.chance
    videos = {video.id: video for video in [await shelf.add() for _ in range(chance.randrange(1, 16))]}
    staying = set(videos)
    given, passes = shelf.filter()
    order = chance.choice(list(SORT_KEYS))
    backwards = chance.random() < 0.5
    met: list[UUID] = []
    cursor = None
    while True:
        size, position = ("last", "before") if backwards else ("first", "after")
        variables = {size: chance.randrange(1, 6), position: cursor, "filter": given, "orderBy": order}
        page = (await api.data(VIDEOS, **variables))["videos"]
        found = [UUID(edge["node"]["id"].removeprefix("video_")) for edge in page["edges"]]
        met += reversed(found) if backwards else found
        info = page["pageInfo"]
        assert info["startCursor"] == (page["edges"][0]["cursor"] if found else None)
        assert info["endCursor"] == (page["edges"][-1]["cursor"] if found else None)
        assert info["hasNextPage" if backwards else "hasPreviousPage"] == (cursor is not None)
        if not info["hasPreviousPage" if backwards else "hasNextPage"]:
            break
        cursor = info["startCursor" if backwards else "endCursor"]
        added = await shelf.add()
        videos[added.id] = added
        if staying and chance.random() < 0.5:
            gone = chance.choice(sorted(staying))
            staying.remove(gone)
            await shelf.remove(videos[gone])
    expected = {key for key in staying if passes(videos[key])}
    assert len(met) == len(set(met))
    assert expected <= set(met)
    assert all(passes(videos[key]) for key in met)
    sort_key, descending = SORT_KEYS[order]
    assert met == sorted(met, key=lambda key: sort_key(videos[key]), reverse=descending != backwards)


async def test_the_total_counts_what_passes_and_costs_a_statement_only_when_asked(api: Api, library: Library) -> None:
    await library.processed_videos(7, jobs=2)
    await library.video(content_type="video/webm")
    query = """{
      videos(first: 2) { totalCount }
      webm: videos(first: 2, filter: {contentTypes: ["video/webm"]}) { totalCount }
      videoJobs(first: 1, statuses: [COMPLETED]) { totalCount }
    }"""
    data = await api.data(query)
    assert [data[name]["totalCount"] for name in ("videos", "webm", "videoJobs")] == [8, 1, 14]
    nested = "{ videos(first: 50) { nodes { jobs(first: 1) { totalCount nodes { id } } } } }"
    await api.data(nested)
    async with api.statements() as statements:
        data = await api.data(nested)
    assert sorted(node["jobs"]["totalCount"] for node in data["videos"]["nodes"]) == [0, 2, 2, 2, 2, 2, 2, 2]
    assert len(statements) == 3, statements


async def test_jobs_page_backwards_for_each_video(api: Api, library: Library) -> None:
    await library.processed_videos(2, jobs=3)
    query = """query ($before: String) {
      videos { nodes { jobs(last: 2, before: $before) {
        nodes { id createdAt } pageInfo { hasPreviousPage hasNextPage startCursor }
      } } }
    }"""
    pages = [node["jobs"] for node in (await api.data(query))["videos"]["nodes"]]
    for page in pages:
        instants = [job["createdAt"] for job in page["nodes"]]
        assert instants == sorted(instants, reverse=True)
        assert len(instants) == 2
        assert (page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]) == (True, False)
    rest = (await api.data(query, before=pages[0]["pageInfo"]["startCursor"]))["videos"]["nodes"][0]["jobs"]
    assert len(rest["nodes"]) == 1
    assert (rest["pageInfo"]["hasPreviousPage"], rest["pageInfo"]["hasNextPage"]) == (False, True)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("crossing", True),
        ("CROSSING baltic", True),
        ("ferry -baltic", False),
        ('"from the evening"', True),
        ('"evening from"', False),
        ("4711", True),
        ("IMG_4711.mp4", True),
        ("schöner", True),
        ("nowhere", False),
        ("crossing nowhere", False),
        ("' ; DROP TABLE videos; --", False),
        ("crossing & | ! ( :*", True),
    ],
)
async def test_search_finds_words_of_all_its_fields(api: Api, library: Library, search: str, found: bool) -> None:
    video = await library.video(original_filename="IMG_4711.mp4")
    job = await library.job(video)
    await library.metadata(
        job, title="Crossing", description="The Baltic, from the evening ferry.", tags=["schöner Tag", "sea"]
    )
    query = "query ($search: String!) { videos(filter: {search: $search}) { nodes { id } } }"
    assert bool((await api.data(query, search=search))["videos"]["nodes"]) is found


async def test_only_the_newest_completed_metadata_is_searched(api: Api, library: Library) -> None:
    video = await library.video()
    await library.metadata(await library.job(video), title="harbour")
    await library.metadata(await library.job(video), title="dawn")
    query = "query ($search: String!) { videos(filter: {search: $search}) { nodes { id } } }"
    assert (await api.data(query, search="harbour"))["videos"]["nodes"] == []
    assert len((await api.data(query, search="dawn"))["videos"]["nodes"]) == 1


async def test_a_cursor_is_bound_to_its_list_its_order_its_filter_and_its_viewer(api: Api, library: Library) -> None:
    await library.processed_videos(3)
    page = "{ videos(first: 1) { pageInfo { endCursor } } }"
    cursor = (await api.data(page))["videos"]["pageInfo"]["endCursor"]
    elsewhere = "belongs to a list with another order or filter"
    for query, says in (
        ("query ($c: String) { videos(after: $c, orderBy: SIZE_BYTES_DESC) { nodes { id } } }", elsewhere),
        ('query ($c: String) { videos(after: $c, filter: {search: "x"}) { nodes { id } } }', elsewhere),
        ("query ($c: String) { videoJobs(after: $c) { nodes { id } } }", elsewhere),
    ):
        error = await api.error(query, c=cursor)
        assert says in error["message"]
        assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    forwards = "query ($c: String) { videos(after: $c) { nodes { id } } }"
    assert len((await api.data(forwards, c=cursor))["videos"]["nodes"]) == 2
    stranger = api.signed_in(UUID(int=7))
    assert "is no cursor of yours" in (await stranger.error(forwards, c=cursor))["message"]


async def test_no_altered_cursor_is_accepted(api: Api, library: Library) -> None:
    await library.processed_videos(2)
    cursor = (await api.data("{ videos(first: 1) { pageInfo { endCursor } } }"))["videos"]["pageInfo"]["endCursor"]
    query = "query ($c: String) { videos(after: $c) { nodes { id } } }"
    for index, letter in enumerate(cursor):
        altered = cursor[:index] + ("A" if letter != "A" else "B") + cursor[index + 1 :]
        assert "is no cursor of yours" in (await api.error(query, c=altered))["message"]
    for altered in (f"{cursor}=", f" {cursor}", f"{cursor}!", cursor[:-1], cursor * 500):
        assert "is no cursor of yours" in (await api.error(query, c=altered))["message"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("first: 1, last: 1", "not for both"),
        ('first: 1, before: "x"', "not for both"),
        ("last: 0", "last: 0 is no page size"),
        ("last: 101", "between 1 and 100"),
        ('before: ""', "before: '' is no cursor of yours"),
        ('filter: {search: "a\\u0000b"}', "filter.search: 'a\\x00b' has a NUL character"),
        ('filter: {contentTypes: ["a\\u0000b"]}', "filter.contentTypes"),
        ('filter: {createdAt: {from: "yesterday"}}', "A DateTime is an ISO 8601 instant"),
        ('filter: {createdAt: {from: "2026-01-01T00:00:00"}}', "with its offset"),
        ('filter: {createdAt: {from: "0001-01-01T00:00:00+01:00"}}', "A DateTime is an ISO 8601 instant"),
    ],
)
async def test_arguments_that_cant_be_used_are_named(api: Api, arguments: str, says: str) -> None:
    error = await api.error(f"{{ videos({arguments}) {{ nodes {{ id }} }} }}")
    assert says in error["message"]
    assert error["extensions"]["code"] in {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}

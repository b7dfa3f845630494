"""Full-text search in transcripts: the right ones, best first, page by page, with a passage that is only text."""

from typing import Any
from uuid import uuid4

import pytest

from database.video import Video
from database.video_job import ProcessingStatus
from tests.support.api import Api
from tests.support.library import Library

SEARCH = """
query ($query: String!, $first: Int, $after: String) {
  searchTranscripts(query: $query, first: $first, after: $after) {
    edges { cursor node { rank passage video { id } metadata { transcriptText } } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}
"""


async def transcript(library: Library, text: str | None, video: Video | None = None) -> Video:
    video = video or await library.video()
    await library.metadata(await library.job(video), transcript_text=text)
    return video


async def search(api: Api, query: str, **variables: Any) -> list[dict[str, Any]]:
    data = await api.data(SEARCH, query=query, **variables)
    return [edge["node"] for edge in data["searchTranscripts"]["edges"]]


async def test_the_best_match_comes_first_with_its_passage(api: Api, library: Library) -> None:
    filler = "and so it went on for a while " * 50
    once = await transcript(library, f"{filler} then the harbour came in sight {filler}")
    often = await transcript(library, "Harbour, harbour, harbour! Nothing but harbour.")
    await transcript(library, "A lighthouse.")
    await transcript(library, None)
    found = await search(api, "harbour")
    assert [match["video"]["id"] for match in found] == [f"video_{video.id.hex}" for video in (often, once)]
    assert found[0]["rank"] > found[1]["rank"]
    assert "then the harbour came in sight" in found[1]["passage"]
    assert len(found[1]["passage"]) < 400
    assert found[1]["metadata"]["transcriptText"].startswith("and so")


async def test_a_passage_is_plain_text(api: Api, library: Library) -> None:
    await transcript(library, "The harbour <b>is</b> <script>alert(1)</script> & quiet <img src=x")
    (match,) = await search(api, "harbour")
    assert "The harbour" in match["passage"]
    assert "quiet" in match["passage"]
    assert not {"<b>", "</b>", "<script>"} & set(match["passage"].split())


async def test_one_match_a_video_from_what_it_shows(api: Api, library: Library) -> None:
    video = await transcript(library, "old harbour")
    await transcript(library, "new harbour", video)
    await library.metadata(await library.job(video, ProcessingStatus.PROCESSING), transcript_text="half a harbour")
    (match,) = await search(api, "harbour")
    assert match["passage"] == "new harbour"
    assert await search(api, "old") == []


async def test_nothing_of_another_owner_is_found(api: Api, library: Library) -> None:
    await transcript(Library(library.database, uuid4()), "harbour")
    assert await search(api, "harbour") == []


@pytest.mark.parametrize("size", [1, 2, 3])
async def test_pages_meet_every_match_once(api: Api, library: Library, size: int) -> None:
    videos = [await transcript(library, "harbour " * (1 + index % 3)) for index in range(7)]
    met: list[str] = []
    ranks: list[float] = []
    after: str | None = None
    more = True
    while more:
        page = (await api.run("SearchTranscripts", query="harbour", first=size, after=after))["searchTranscripts"]
        met += [match["video"]["id"] for match in page["nodes"]]
        ranks += [match["rank"] for match in page["nodes"]]
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    assert sorted(met) == sorted(f"video_{video.id.hex}" for video in videos)
    assert ranks == sorted(ranks, reverse=True)


@pytest.mark.parametrize("query", ["", "   ", "!!!", "&|()<->:*", "'; --", "-", '"', "or", "🎬", "x" * 1000])
async def test_queries_that_find_nothing_are_no_errors(api: Api, library: Library, query: str) -> None:
    await transcript(library, "harbour")
    assert await search(api, query) == []


@pytest.mark.parametrize(("query", "says"), [("a\0b", "has a NUL character"), ("x" * 1001, "at most 1,000")])
async def test_queries_that_cant_be_used_are_named(api: Api, query: str, says: str) -> None:
    error = await api.error(SEARCH, query=query)
    assert says in error["message"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_a_transcript_of_any_length_can_be_kept_and_found(api: Api, library: Library) -> None:
    words = " ".join(f"w{number}" for number in range(300_000))
    await transcript(library, f"harbour {words}")
    assert len(await search(api, "harbour")) == 1

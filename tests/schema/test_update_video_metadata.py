"""Changing metadata: absent keeps, null clears, and no change is lost."""

import asyncio
import json
from typing import Any

import pytest

from database.engine import Database
from database.video_metadata import VideoMetadata
from tests.support.api import Api
from tests.support.library import Library

UPDATE = """
mutation ($input: UpdateVideoMetadataInput!) {
  updateVideoMetadata(input: $input) {
    __typename
    ... on UpdateVideoMetadataSuccess { metadata { version title description tags showNotesText } }
    ... on InvalidInputError { message issues { path message } }
    ... on VersionConflictError { message current { version title } }
    ... on NotFoundError { id }
  }
}
"""


@pytest.fixture
async def metadata(library: Library) -> VideoMetadata:
    job = await library.job(await library.video())
    return await library.metadata(job, title="old", description="about", tags=["a"], show_notes_text="notes")


async def update(api: Api, metadata: VideoMetadata, **changes: Any) -> dict[str, Any]:
    data = await api.data(UPDATE, input={"metadataId": f"metadata_{metadata.id.hex}", **changes})
    result: dict[str, Any] = data["updateVideoMetadata"]
    return result


async def test_absent_keeps_and_null_clears(api: Api, metadata: VideoMetadata) -> None:
    assert await update(api, metadata, title="new", description=None, tags=None) == {
        "__typename": "UpdateVideoMetadataSuccess",
        "metadata": {"version": 2, "title": "new", "description": None, "tags": [], "showNotesText": "notes"},
    }


async def test_no_change_is_no_new_version(api: Api, metadata: VideoMetadata) -> None:
    assert (await update(api, metadata))["metadata"]["version"] == 1


async def test_what_was_edited_is_remembered_for_processing(
    api: Api, database: Database, metadata: VideoMetadata
) -> None:
    assert await edited_fields(database, metadata) == []
    await update(api, metadata, title="old", tags=["a"], description="about")  # as a form sends back what it showed
    assert await edited_fields(database, metadata) == []
    await update(api, metadata, title="new", description="about", showNotesText=None)
    assert await edited_fields(database, metadata) == ["show_notes_text", "title"]
    await update(api, metadata, title="old", tags=[" b"])
    assert await edited_fields(database, metadata) == ["show_notes_text", "tags", "title"]


async def test_a_refused_change_is_no_edit(api: Api, database: Database, metadata: VideoMetadata) -> None:
    await update(api, metadata, title="x" * 501)
    await update(api, metadata, title="new", expectedVersion=7)
    assert await edited_fields(database, metadata) == []


async def edited_fields(database: Database, metadata: VideoMetadata) -> list[str]:
    async with database.transaction() as session:
        return (await session.get_one(VideoMetadata, metadata.id)).edited_fields


async def test_everything_wrong_is_named_and_nothing_changed(api: Api, metadata: VideoMetadata) -> None:
    result = await update(api, metadata, title="x" * 501, description="a\0b", tags=["ok", " ", "y" * 101, "n\0"])
    assert result["__typename"] == "InvalidInputError"
    assert [issue["path"] for issue in result["issues"]] == [["title"], ["description"], ["tags", "2"], ["tags", "3"]]
    assert (await update(api, metadata))["metadata"]["title"] == "old"


async def test_tags_are_tidied(api: Api, metadata: VideoMetadata) -> None:
    tags = [
        "  sea ",
        "Sea",
        "",
        " \t",
        "deep\n\u00a0 blue",
        "Deep Blue",
        "cafe\u0301",
        "CAF\u00c9",
        "STRASSE",
        "straße",
        "a",
    ]
    result = await update(api, metadata, tags=tags)
    assert result["metadata"]["tags"] == ["sea", "deep blue", "caf\u00e9", "STRASSE", "a"]


async def test_repetitions_do_not_count_as_tags(api: Api, metadata: VideoMetadata) -> None:
    assert (await update(api, metadata, tags=["x", "X "] * 200))["metadata"]["tags"] == ["x"]
    result = await update(api, metadata, tags=[f"tag {n}" for n in range(101)])
    assert result["issues"] == [{"path": ["tags"], "message": "has 101 different elements; at most 100 are kept"}]


async def test_texts_are_composed_and_titles_single_spaced(api: Api, metadata: VideoMetadata) -> None:
    result = await update(api, metadata, title=" Cafe\u0301\n noir ", description="  e\u0301\n", showNotesText=" \t")
    assert result["metadata"]["title"] == "Caf\u00e9 noir"
    assert result["metadata"]["description"] == "  \u00e9\n"
    assert result["metadata"]["showNotesText"] == " \t"


async def test_lengths_are_those_of_what_is_kept(api: Api, metadata: VideoMetadata) -> None:
    # U+0958 is one character that composition takes apart into two.
    assert (await update(api, metadata, title=f" {'x' * 500} "))["__typename"] == "UpdateVideoMetadataSuccess"
    assert (await update(api, metadata, title="\u0958" * 251))["__typename"] == "InvalidInputError"


@pytest.mark.parametrize("expected", [-1, 0, -(2**31), 2**31 - 1])
async def test_a_version_that_never_was_is_a_conflict(api: Api, metadata: VideoMetadata, expected: int) -> None:
    assert (await update(api, metadata, title="x", expectedVersion=expected))["current"] == {
        "version": 1,
        "title": "old",
    }


async def test_a_version_beyond_int_is_bad_input(api: Api, metadata: VideoMetadata) -> None:
    given = {"metadataId": f"metadata_{metadata.id.hex}", "expectedVersion": 2**31}
    assert (await api.error(UPDATE, input=given))["extensions"]["code"] == "BAD_USER_INPUT"


async def test_an_expected_version_that_is_gone_is_a_conflict(api: Api, metadata: VideoMetadata) -> None:
    await update(api, metadata, title="theirs", expectedVersion=1)
    result = await update(api, metadata, title="mine", expectedVersion=1)
    assert result["__typename"] == "VersionConflictError"
    assert result["current"] == {"version": 2, "title": "theirs"}


async def test_of_two_at_once_one_wins(api: Api, metadata: VideoMetadata) -> None:
    results = await asyncio.gather(*(update(api, metadata, title=f"t{n}", expectedVersion=1) for n in range(2)))
    won, lost = sorted(results, key=lambda result: str(result["__typename"]))
    assert (won["__typename"], lost["__typename"]) == ("UpdateVideoMetadataSuccess", "VersionConflictError")
    assert lost["current"] == {"version": 2, "title": won["metadata"]["title"]}


async def test_two_changes_in_one_operation_each_answer_what_they_made(api: Api, metadata: VideoMetadata) -> None:
    query = """
    mutation ($id: ID!) {
      a: updateVideoMetadata(input: {metadataId: $id, title: "a"}) { ...F }
      b: updateVideoMetadata(input: {metadataId: $id, title: "b"}) { ...F }
    }
    fragment F on UpdateVideoMetadataSuccess { metadata { title version } }
    """
    data = await api.data(query, id=f"metadata_{metadata.id.hex}")
    assert data["a"]["metadata"] == {"title": "a", "version": 2}
    assert data["b"]["metadata"] == {"title": "b", "version": 3}


async def test_more_operations_than_connections_make_two_changes_each(api: Api, metadata: VideoMetadata) -> None:
    query = """
    mutation ($id: ID!) {
      a: updateVideoMetadata(input: {metadataId: $id, title: "a"}) { ...F }
      b: updateVideoMetadata(input: {metadataId: $id, title: "b"}) { ...F }
    }
    fragment F on UpdateVideoMetadataSuccess { metadata { version } }
    """
    async with asyncio.timeout(20):
        answers = await asyncio.gather(*(api.data(query, id=f"metadata_{metadata.id.hex}") for _ in range(30)))
    assert max(answer["b"]["metadata"]["version"] for answer in answers) == 61


async def test_a_lone_surrogate_is_refused(api: Api, metadata: VideoMetadata) -> None:
    # JSON can say it in a variable, where no lexer of GraphQL's looks.
    variables = f'{{"input": {{"metadataId": "metadata_{metadata.id.hex}", "title": "\\ud800"}}}}'
    body = f'{{"query": {json.dumps(UPDATE)}, "variables": {variables}}}'
    response = await api.http.post(
        "/graphql", content=body, headers={**api.headers, "Content-Type": "application/json"}
    )
    assert response.status_code == 400
    assert "surrogate" in response.json()["errors"][0]["message"]

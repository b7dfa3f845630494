"""What each operation costs: its number of statements, whatever the number of rows."""

import pytest

from tests.support.api import Api
from tests.support.library import Library

# Every relation of the contract, so that an N+1 anywhere shows. A to-one comes beside its parents, unless these came so
# themselves; every other relation is a statement for all parents.
BUDGETS = {
    "{ viewer { id } }": 0,
    "{ viewer { id videoCount storedBytes } }": 1,
    "{ videos(first: 50) { nodes { id } } }": 1,
    "{ videos(first: 50) { edges { cursor node { id downloadUrl } } pageInfo { hasNextPage endCursor } } }": 1,
    "{ videos(first: 50) { nodes { title thumbnailFileUrl metadata { title } } } }": 1,
    "{ videos(first: 50) { nodes { status latestJob { status } } } }": 1,
    "{ videos(first: 50) { edges { node { ... on Video { status title } } } totalCount } }": 2,
    "{ videos(first: 50, filter: {statuses: [COMPLETED]}, orderBy: SIZE_BYTES_DESC) { nodes { title } } }": 1,
    "{ videos(first: 50) { nodes { jobs { nodes { id } } } } }": 2,
    "{ videos(first: 50) { nodes { jobs { nodes { metadata { title } } } } } }": 2,
    "{ videos(first: 50) { nodes { jobs { nodes { metadata { title } video { id } } } } } }": 2,
    "{ videos(first: 50) { nodes { jobs { nodes { metadata { transcriptText showNotesText } } } } } }": 3,
    "{ videos(first: 50) { nodes { a: jobs(first: 1) { nodes { id } } b: jobs(first: 2) { nodes { id } } } } }": 3,
    "{ videos(first: 50) { nodes { metadata { job { id } } } } }": 2,
    "{ videos(first: 50) { nodes { metadata { job { id } video { id } } } } }": 3,
    "{ videos(first: 50) { nodes { latestJob { video { id } metadata { tags } } } } }": 2,
    "{ videoJobs(statuses: [COMPLETED], first: 50) { nodes { id progress processingStages { name } } } }": 1,
    "{ videoJobs(statuses: [COMPLETED], first: 50) { nodes { video { originalFilename } metadata { tags } } } }": 1,
    "{ videoJobs(statuses: [COMPLETED], first: 50) { nodes { video { status title } } } }": 3,
    '{ searchTranscripts(query: "x") { nodes { passage rank } } }': 1,
    '{ searchTranscripts(query: "x", first: 50) { nodes { video { id } metadata { id } } } }': 1,
}


@pytest.mark.parametrize(("query", "budget"), BUDGETS.items(), ids=range(len(BUDGETS)))
@pytest.mark.parametrize("videos", [1, 50])
async def test_statements_do_not_depend_on_the_number_of_rows(
    api: Api, library: Library, query: str, budget: int, videos: int
) -> None:
    await library.processed_videos(videos, jobs=2)
    await api.data(query)  # asyncpg asks once a connection what our enum is
    async with api.statements() as statements:
        await api.data(query)
    assert len(statements) == budget, statements


async def test_node_lookups_of_a_type_share_a_statement(api: Api, library: Library) -> None:
    ids = [f"video_{video.id.hex}" for video in await library.processed_videos(5)]
    await api.data("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    async with api.statements() as statements:
        data = await api.data("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert [node["id"] for node in data["nodes"]] == ids
    assert len(statements) == 1, statements

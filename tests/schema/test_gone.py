"""What is deleted between one statement and the next is said to be gone; it is no fault of ours."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from typing import Any, TypeAlias
from uuid import UUID

import pytest
from graphql import GraphQLError
from sqlalchemy import text

from database.engine import Database
from schema.schema import schema
from services.storage import Storage
from tests.support.api import statements
from tests.support.execution import Interrupted, context_of
from tests.support.library import Library


@pytest.fixture
async def ids(library: Library) -> dict[str, str]:
    """Ids of a job and its metadata."""
    job = await library.job(await library.video())
    metadata = await library.metadata(job, transcript_text="the harbour")
    return {"job": f"job_{job.id.hex}", "metadata": f"metadata_{metadata.id.hex}"}


@dataclass
class Answer:
    """What an operation came to, and the names of the statements that it read by."""

    data: Any
    errors: list[GraphQLError]
    names: list[str]


Ask: TypeAlias = Callable[..., Awaitable[Answer]]


@pytest.fixture
def ask(database: Database, storage: Storage, viewer: UUID) -> Ask:
    """Executes an operation after whose first statement all videos are deleted."""

    async def delete() -> None:
        async with database.transaction() as session:
            await session.execute(text("DELETE FROM videos"))

    async def ask(query: str, **variables: Any) -> Answer:
        async with Interrupted(database, viewer, delete) as reader:
            context = context_of(reader, database, storage)
            result = await schema.execute(query, variable_values=variables, context_value=context)
        return Answer(result.data, result.errors or [], reader.names)

    return ask


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        ("video { id }", ["metadata_by_id", "video_of_job"]),
        ("job { attempt video { id } }", ["metadata_by_id", "video_by_id"]),
        ("job { attempt video { latestJob { id } } }", ["metadata_by_id", "video_by_id"]),
    ],
)
async def test_a_relation_whose_row_is_gone(ask: Ask, ids: dict[str, str], selection: str, names: list[str]) -> None:
    query = f"query ($id: ID!) {{ node(id: $id) {{ id ... on VideoMetadata {{ {selection} }} }} }}"
    answer = await ask(query, id=ids["metadata"])
    (error,) = answer.errors
    assert error.extensions == {"code": "NOT_FOUND"}
    assert error.path is not None
    *parents, gone = error.path
    assert gone == "video"
    found = reduce(getitem, parents, answer.data)
    assert found.pop("video") is None
    assert found, "what stands beside it stays"
    assert answer.names == names, "what was read is not read again to tell of the error"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("{ videos { nodes { metadata { job { id } } } } }", ["videos_page", "job_by_id", "videos_page"]),
        (
            '{ searchTranscripts(query: "harbour") { nodes { video { id } } } }',
            ["transcript_matches", "video_by_id", "transcript_matches"],
        ),
    ],
)
@pytest.mark.usefixtures("ids")
async def test_a_list_is_asked_anew(ask: Ask, query: str, names: list[str]) -> None:
    answer = await ask(query)
    assert answer.errors == []
    assert [connection["nodes"] for connection in answer.data.values()] == [[]]
    assert answer.names == names


async def test_a_relation_in_place_is_never_gone(ask: Ask, ids: dict[str, str]) -> None:
    query = "query ($id: ID!) { videoJob(id: $id) { video { title } metadata { transcriptText } } }"
    answer = await ask(query, id=ids["job"])
    assert answer.errors == []
    assert answer.data == {"videoJob": {"video": {"title": None}, "metadata": {"transcriptText": None}}}


async def test_a_mutation_is_not_run_again(database: Database, ask: Ask, ids: dict[str, str]) -> None:
    mutation = """
        mutation ($id: ID!) {
          updateVideoMetadata(input: {metadataId: $id, title: "new"}) {
            ... on UpdateVideoMetadataSuccess { metadata { title video { id } } }
          }
        }
    """
    async with statements(database) as seen:
        answer = await ask(mutation, id=ids["metadata"])
    path = ["updateVideoMetadata", "metadata", "video"]
    assert [(error.path, error.extensions) for error in answer.errors] == [(path, {"code": "NOT_FOUND"})]
    assert sum(sql.startswith("UPDATE video_metadata") for sql in seen) == 1
    assert answer.names == ["metadata_by_id", "video_of_job"]

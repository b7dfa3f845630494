"""`videoJobEventsCursor` is read before all else, so that nothing falls between an answer and its subscription."""

import pytest
from graphql import OperationType

from database.engine import Database
from schema.schema import schema
from server.graphql_request import GraphQLRequest
from server.operations import Operations, Prepared
from server.settings import Settings
from services.storage import Storage
from tests.support.execution import Interrupted, context_of
from tests.support.library import Library


@pytest.mark.parametrize("executor", ["compiled", "reference"])
@pytest.mark.parametrize(
    "query",
    [
        "{ videoJobEventsCursor videos { nodes { id latestJob { status } } } }",
        "{ videos { nodes { id latestJob { status } } } videoJobEventsCursor }",
        "{ video(id: $id) { id } videoJobs { nodes { id } } videoJobEventsCursor }",
    ],
)
async def test_the_cursor_is_read_first(
    database: Database, storage: Storage, library: Library, executor: str, query: str
) -> None:
    video = await library.video()
    await library.job(video)

    async def nothing() -> None: ...

    operations = Operations(schema, Settings.model_validate({"executor": executor}))
    query = query.replace("$id", f'"video_{video.id.hex}"')
    async with Interrupted(database, library.owner, nothing) as reader:
        prepared = operations.prepare(query, GraphQLRequest(query, None, None), frozenset({OperationType.QUERY}))
        assert isinstance(prepared, Prepared)
        answer = await operations.execute(prepared, context_of(reader, database, storage))
    assert answer.errors == []
    assert reader.names[0] == "job_event_bounds"
    assert len(reader.names) >= 2

"""What is deleted between one statement and the next is said to be gone; it is no fault of ours."""

import pytest

from database.engine import Database
from schema.context import Context
from schema.cursor import Cursors
from schema.schema import schema
from services.storage import Storage
from tests.support.library import Library


@pytest.mark.parametrize(
    ("query", "loader"),
    [
        ("query ($job: ID!) { videoJob(id: $job) { id video { id } } }", "video_by_id"),
        ("query ($metadata: ID!) { node(id: $metadata) { ... on VideoMetadata { job { id } } } }", "job_by_id"),
        ("query ($metadata: ID!) { node(id: $metadata) { ... on VideoMetadata { video { id } } } }", "video_by_id"),
    ],
)
async def test_a_relation_whose_row_is_gone(
    database: Database, storage: Storage, library: Library, query: str, loader: str
) -> None:
    video = await library.video()
    job = await library.job(video)
    metadata = await library.metadata(job)
    async with database.reader(library.owner) as reader:
        context = Context(
            viewer=library.owner,
            reader=reader,
            database=database,
            storage=storage,
            cursors=Cursors("secret", library.owner),
            largest_upload=1,
            max_page_size=1,
        )
        getattr(context.loaders, loader).prime(video.id if loader == "video_by_id" else job.id, None)
        result = await schema.execute(
            query,
            variable_values={"job": f"job_{job.id.hex}", "metadata": f"metadata_{metadata.id.hex}"},
            context_value=context,
        )
    assert result.errors is not None
    assert [error.extensions for error in result.errors] == [{"code": "NOT_FOUND"}]

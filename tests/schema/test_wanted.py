"""Statements select what an operation wants, and no more."""

import inspect

import pytest
import strawberry

from database.video import VideoRow
from executor import Documents, reads
from schema.wanted import wanted_by
from tests.support.api import Api
from tests.support.library import Library


def selected(sql: str) -> list[str]:
    """The columns that a statement's rows have."""
    columns = sql.removeprefix("SELECT ").partition(" \nFROM")[0]
    return [column.split()[-1].rpartition(".")[2] for column in columns.split(", ")]


# What lists select in any case: ids, and what they are sorted by.
LIST = ["id", "created_at"]
TITLE = ["metadata__id", "metadata__title"]


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("{ videos { nodes { id } } }", [LIST]),
        ("{ videos { nodes { originalFilename } } }", [["id", "original_filename", "created_at"]]),
        ("{ videos { nodes { title } } }", [[*LIST, *TITLE]]),
        ("{ videos { nodes { metadata { title } } } }", [[*LIST, *TITLE]]),
        ("{ videos { nodes { thumbnailFileUrl } } }", [[*LIST, "metadata__id", "metadata__thumbnail_storage_path"]]),
        (
            "{ videos { nodes { latestJob { processingStages { name } } jobs { nodes { id } } } } }",
            [[*LIST, "newest_job__id", "newest_job__processing_stages"], ["key", *LIST]],
        ),
        (
            "{ videos { nodes { latestJob { id } jobs { nodes { processingStages { name } } } } } }",
            [[*LIST, "newest_job__id"], ["key", "id", "processing_stages", "created_at"]],
        ),
        (
            "query ($no: Boolean = false) { videos { nodes { id title @include(if: $no) sizeBytes @skip(if: $no) } } }",
            [["id", "size_bytes", "created_at"]],
        ),
    ],
)
async def test_what_is_selected(api: Api, library: Library, query: str, columns: list[list[str]]) -> None:
    await library.processed_videos(2)
    await api.data(query)  # asyncpg asks once a connection what our types are
    async with api.statements() as statements:
        await api.data(query)
    assert [selected(sql) for sql in statements] == columns


async def test_ids_of_videos_are_read_from_videos_alone(api: Api, library: Library) -> None:
    await library.processed_videos(2)
    async with api.statements() as statements:
        await api.data("{ videos { nodes { id } } }")
    (sql,) = statements
    assert not {"original_filename", "video_jobs", "video_metadata"} & set(sql.replace(".", " ").split())


@strawberry.type
class Video:
    size_bytes: int

    @strawberry.field(metadata=reads("content_type"))
    def kind(self) -> str:
        return ""

    @strawberry.field
    def anything(self) -> str:
        return ""


@strawberry.type
class Query:
    video: Video


EVERY = tuple(inspect.get_annotations(VideoRow))


@pytest.mark.parametrize(
    ("fields", "columns"),
    [
        ("sizeBytes", ("id", "size_bytes")),
        ("sizeBytes kind", ("id", "content_type", "size_bytes")),
        ("anything", EVERY),
        ("sizeBytes anything kind", EVERY),
    ],
)
def test_a_resolver_that_does_not_say_what_it_reads_may_read_all(fields: str, columns: tuple[str, ...]) -> None:
    documents = Documents(strawberry.Schema(Query)._schema, lambda _tree: [])
    operation = documents.get(f"{{ video {{ {fields} }} }}").operation(None)
    assert operation is not None
    variables = operation.variables.coerced({})
    assert not isinstance(variables, list)
    assert wanted_by(operation.plan(variables)).of(VideoRow) == columns

"""True nullability: what fails takes nothing else with it, and who handles errors reads what is never null without."""

import strawberry
from graphql import GraphQLField, GraphQLNonNull, GraphQLObjectType, GraphQLUnionType, build_schema

from schema.nullability import Schema
from schema.schema import sdl
from tests.support.api import Api
from tests.support.library import Library

CONTRACT = build_schema(sdl())


def is_marked(field: GraphQLField) -> bool:
    return bool(
        field.ast_node and any(node.name.value == "semanticNonNull" for node in field.ast_node.directives or ())
    )


def field(coordinate: str) -> GraphQLField:
    parent, name = coordinate.split(".")
    type_ = CONTRACT.type_map[parent]
    assert isinstance(type_, GraphQLObjectType)
    found: GraphQLField = type_.fields[name]
    return found


def test_what_waits_for_something_may_be_null_only_on_error() -> None:
    for coordinate in (
        "Query.videos",
        "Video.jobs",
        "VideoJob.video",
        "VideoConnection.totalCount",
        "Viewer.videoCount",
    ):
        assert is_marked(field(coordinate)), coordinate
        assert not isinstance(field(coordinate).type, GraphQLNonNull), coordinate


def test_what_may_be_absent_and_what_stands_in_its_row_are_not_marked() -> None:
    for coordinate in ("Video.latestJob", "Query.video", "VideoJob.metadata"):
        assert not is_marked(field(coordinate)), coordinate
        assert not isinstance(field(coordinate).type, GraphQLNonNull), coordinate
    for coordinate in ("Video.sizeBytes", "VideoJob.progress", "Query.viewer", "VideoConnection.nodes"):
        assert not is_marked(field(coordinate)), coordinate
        assert isinstance(field(coordinate).type, GraphQLNonNull), coordinate


def test_mutations_do_not_take_each_other_along() -> None:
    assert CONTRACT.mutation_type
    for name, mutation in CONTRACT.mutation_type.fields.items():
        assert isinstance(mutation.type, GraphQLUnionType), name
        assert is_marked(mutation), name


async def test_an_error_leaves_what_stands_beside_it(api: Api, library: Library) -> None:
    await library.video()
    answer = await api.execute("{ viewer { videoCount } videos(first: 0) { nodes { id } } }")
    assert answer["data"] == {"viewer": {"videoCount": 1}, "videos": None}
    assert [error["path"] for error in answer["errors"]] == [["videos"]]


def test_the_marks_come_from_python_types() -> None:
    @strawberry.type
    class Query:
        row: int = 1

        @strawberry.field
        def pure(self) -> int:
            return 1

        @strawberry.field
        async def fetched(self) -> list[int]:
            return [1]

        @strawberry.field
        async def absent(self) -> int | None:
            return None

    printed = Schema(Query).as_str()
    assert "directive @semanticNonNull(levels: [Int!]! = [0]) on FIELD_DEFINITION" in printed
    for line in ("row: Int!", "pure: Int!", "fetched: [Int!] @semanticNonNull", "absent: Int"):
        assert f"  {line}\n" in printed

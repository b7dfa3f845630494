"""What breaks an operation, for each thing that can happen to a schema, and which change it comes from."""

import pytest
from graphql import build_schema, parse

from schema.compatibility import Break, breaking_changes, breaks, causes, harmless
from tests.schema.contract import OPERATIONS, REAL, SDL
from tests.schema.schema_answer_cases import ANSWERS, TYPES
from tests.schema.schema_argument_cases import ARGUMENTS
from tests.schema.schema_input_cases import INPUTS
from tests.schema.schema_pairs import OLD, Pair

CASES = ANSWERS + TYPES + ARGUMENTS + INPUTS

# Each by itself is a safe change.
WITHOUT_CAUSE = {"a stricter type no longer merges with another's"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_operation_is_broken_by(case: Pair) -> None:
    found = breaks(OLD, case.new, case.document)
    assert [one.problem for one in found] == list(case.problems)
    assert all(one.problem.startswith(one.coordinate) and one.way_out.endswith(".") for one in found)


@pytest.mark.parametrize("case", [case for case in CASES if case.problems], ids=lambda case: case.name)
def test_every_break_comes_from_a_breaking_change(case: Pair) -> None:
    found = breaks(OLD, case.new, case.document)
    changed = {change.coordinate for change in breaking_changes(OLD, case.new)}
    assert all(causes(OLD, one) & changed for one in found) == (case.name not in WITHOUT_CAUSE)


@pytest.mark.parametrize("case", [case for case in CASES if not case.problems], ids=lambda case: case.name)
def test_what_breaks_no_operation_is_harmless(case: Pair) -> None:
    assert harmless(OLD, case.new, []) == breaking_changes(OLD, case.new)


def test_only_changes_without_a_break_are_harmless() -> None:
    new = build_schema("type Query { a: Int b: Int }")
    old = build_schema("type Query { a: Int! b: Int! c: Int }")
    found = breaks(old, new, parse("{ a }"))
    assert [change.coordinate for change in harmless(old, new, found)] == ["Query.b", "Query.c"]


def test_a_field_that_goes_from_an_interface_and_its_objects_is_behind_a_break_of_either() -> None:
    old = build_schema("interface I { x: Int y: Int } type A implements I { x: Int y: Int } type Query { i: I a: A }")
    new = build_schema("interface I { y: Int } type A implements I { y: Int } type Query { i: I a: A }")
    assert harmless(old, new, breaks(old, new, parse("{ i { x } }"))) == []
    assert [change.coordinate for change in harmless(old, new, breaks(old, new, parse("{ a { x } }")))] == ["I.x"]


def test_nothing_breaks_when_nothing_changes() -> None:
    for case in CASES:
        assert breaks(OLD, OLD, case.document) == []
    assert breaks(REAL, build_schema(SDL), OPERATIONS) == []


def test_breaks_name_their_operations_in_order() -> None:
    old = build_schema("type Query { a: Int b: Int c: Int }")
    new = build_schema("type Query { c: Int }")
    document = parse(
        "query Two { ...F c } query One { b ...F } fragment F on Query { a } fragment Unused on Query { b }"
    )
    keep = "Keep it with @deprecated until no live release selects it."
    assert breaks(old, new, document) == [
        Break("One", "Query.a", "Query.a was Int, is gone", keep),
        Break("One", "Query.b", "Query.b was Int, is gone", keep),
        Break("Two", "Query.a", "Query.a was Int, is gone", keep),
    ]
    assert [one.operation for one in breaks(old, new, parse("{ a }"))] == [None]


def test_an_operation_that_was_refused_before_must_be_taken_now() -> None:
    old, new = build_schema("type Query { a: Int b: Int }"), build_schema("type Query { b: String coming: Int }")
    assert breaks(old, new, parse("{ b coming }")) == []
    (refused,) = breaks(old, new, parse("query Gone { b gone }"))
    assert (refused.operation, refused.coordinate) == ("Gone", "Query")
    assert "Cannot query field 'gone' on type 'Query'" in refused.problem
    assert "the deployed one refuses it as well" in refused.way_out
    assert [one.coordinate for one in breaks(old, new, parse("query A { coming } query B { b }"))] == ["Query.b"]


@pytest.mark.parametrize(
    ("text", "becomes", "problem", "operations"),
    [
        ("  passage: String!\n", "", "TranscriptMatch.passage was String!, is gone", {"SearchTranscripts"}),
        (
            "extractedVideoFormat: String",
            "extractedVideoFormat: [String!]",
            "VideoMetadata.extractedVideoFormat was String, is [String!]",
            {"UpdateVideoMetadata", "VideoJobWithDetails", "VideoMetadata", "VideoPage"},
        ),
        (
            "  SIZE_BYTES_DESC\n",
            "",
            "VideoOrder.SIZE_BYTES_DESC is gone: it may be in $orderBy",
            {"Library", "Videos"},
        ),
        (
            "  expectedVersion: Int\n",
            "  expectedVersion: Int!\n",
            "UpdateVideoMetadataInput.expectedVersion was Int, is Int!: it must be given in $input",
            {"UpdateVideoMetadata"},
        ),
        (
            "type NotFoundError implements Error {",
            "type NotFoundError {",
            "NotFoundError: it is no Error any more",
            {"CancelVideoJob", "CompleteVideoUpload", "DeleteVideo", "RetryVideoJob", "UpdateVideoMetadata"},
        ),
    ],
)
def test_a_change_of_the_real_schema_breaks_the_real_operations_that_notice(
    text: str, becomes: str, problem: str, operations: set[str]
) -> None:
    assert SDL.count(text) == 1
    found = breaks(REAL, build_schema(SDL.replace(text, becomes)), OPERATIONS)
    assert {one.problem for one in found} == {problem}
    assert {one.operation for one in found} == operations


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("  hasPreviousPage: Boolean!\n", ""),  # no operation selects it
        ("  DESCRIPTION\n", ""),  # a stage that is read, never sent
    ],
)
def test_a_change_of_the_real_schema_that_no_operation_notices(text: str, becomes: str) -> None:
    assert SDL.count(text) == 1
    new = build_schema(SDL.replace(text, becomes))
    assert breaking_changes(REAL, new)
    assert breaks(REAL, new, OPERATIONS) == []

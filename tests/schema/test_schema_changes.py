"""Every kind of change has the coordinate of what it is about."""

import pytest
from graphql import build_schema
from graphql.utilities.find_schema_changes import BreakingChangeType, DangerousChangeType, find_schema_changes

from schema.compatibility import breaking_changes, dangerous_changes
from schema.compatibility.changes import _coordinate
from schema.compatibility.elements import element_at
from tests.schema.schema_pairs import OLD, Pair
from tests.schema.test_compatibility import CASES

RICH = """
directive @gone on FIELD
directive @d(a: Int, b: Int) repeatable on FIELD | QUERY
interface I { x: Int }
interface J { x: Int }
type A implements I { x: Int  args(a: Int, b: Int, c: Int = 1): Int  gone: Int  kind: Int }
type B { x: Int }
type Gone { x: Int }
type Kind { x: Int }
union U = A | B
input In { gone: Int  kind: Int  default: Int = 1 }
enum E { GONE STAYS }
type Query { a: A  b: B  kind: Kind  u: U  f(in: In, e: E): Int }
"""
CHANGED = """
directive @d(b: Int!, c: Int!) on FIELD
interface I { x: Int }
interface J { x: Int }
type A implements J { x: Int  args(b: Int!, c: Int = 2, d: Int!, e: Int): Int  kind: String }
type B { x: Int }
type C { x: Int }
interface Kind { x: Int }
union U = A | C
input In { kind: String  default: Int = 2  new: Int!  optional: Int }
enum E { STAYS NEW }
type Query { a: A  b: B  kind: Kind  u: U  f(in: In, e: E): Int }
"""

BREAKING = {
    BreakingChangeType.TYPE_REMOVED: {"Gone"},
    BreakingChangeType.TYPE_CHANGED_KIND: {"Kind"},
    BreakingChangeType.TYPE_REMOVED_FROM_UNION: {"U"},
    BreakingChangeType.VALUE_REMOVED_FROM_ENUM: {"E.GONE"},
    BreakingChangeType.REQUIRED_INPUT_FIELD_ADDED: {"In.new"},
    BreakingChangeType.IMPLEMENTED_INTERFACE_REMOVED: {"A"},
    BreakingChangeType.FIELD_REMOVED: {"A.gone", "In.gone"},
    BreakingChangeType.FIELD_CHANGED_KIND: {"A.kind", "In.kind"},
    BreakingChangeType.REQUIRED_ARG_ADDED: {"A.args(d:)"},
    BreakingChangeType.ARG_REMOVED: {"A.args(a:)"},
    BreakingChangeType.ARG_CHANGED_KIND: {"A.args(b:)", "@d(b:)"},
    BreakingChangeType.DIRECTIVE_REMOVED: {"@gone"},
    BreakingChangeType.DIRECTIVE_ARG_REMOVED: {"@d(a:)"},
    BreakingChangeType.REQUIRED_DIRECTIVE_ARG_ADDED: {"@d(c:)"},
    BreakingChangeType.DIRECTIVE_REPEATABLE_REMOVED: {"@d"},
    BreakingChangeType.DIRECTIVE_LOCATION_REMOVED: {"@d"},
}
DANGEROUS = {
    DangerousChangeType.VALUE_ADDED_TO_ENUM: {"E.NEW"},
    DangerousChangeType.TYPE_ADDED_TO_UNION: {"U"},
    DangerousChangeType.OPTIONAL_INPUT_FIELD_ADDED: {"In.optional"},
    DangerousChangeType.OPTIONAL_ARG_ADDED: {"A.args(e:)"},
    DangerousChangeType.IMPLEMENTED_INTERFACE_ADDED: {"A"},
    DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE: {"A.args(c:)"},
    DangerousChangeType.INPUT_FIELD_DEFAULT_VALUE_CHANGE: {"In.default"},
}


@pytest.mark.parametrize("kind", [*BreakingChangeType, *DangerousChangeType], ids=lambda kind: kind.name)
def test_a_change_has_its_coordinate(kind: BreakingChangeType | DangerousChangeType) -> None:
    changes = find_schema_changes(build_schema(RICH), build_schema(CHANGED))
    found = {_coordinate(change) for change in changes if change.type is kind}
    assert found == (BREAKING | DANGEROUS)[kind]


def test_all_of_them_are_told_in_order() -> None:
    old, new = build_schema(RICH), build_schema(CHANGED)
    breaking = [change.coordinate for change in breaking_changes(old, new)]
    assert breaking == sorted(breaking)
    assert set(breaking) == set().union(*BREAKING.values())


def test_what_is_breaking_is_not_told_as_dangerous() -> None:
    old, new = build_schema(RICH), build_schema(CHANGED)
    found = {change.coordinate for change in dangerous_changes(old, new)}
    assert found == set().union(*DANGEROUS.values()) - set().union(*BREAKING.values())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_coordinates_of_changes_are_in_one_of_the_schemas(case: Pair) -> None:
    for change in breaking_changes(OLD, case.new) + dangerous_changes(OLD, case.new):
        assert element_at(OLD, change.coordinate) or element_at(case.new, change.coordinate)


UNSEEN = [
    ("type Query { a(x: Int! = 1): Int }", "type Query { a(x: Int!): Int }", "Query.a(x:) was Int! = 1, is Int!."),
    (
        "input I { x: Int! = 1 } type Query { a(i: I): Int }",
        "input I { x: Int! } type Query { a(i: I): Int }",
        "I.x was Int! = 1, is Int!.",
    ),
    (
        "input I { x: Int y: Int } type Query { a(i: I): Int }",
        "input I @oneOf { x: Int y: Int } type Query { a(i: I): Int }",
        "I takes exactly one field.",
    ),
    (
        "schema { query: A mutation: B } type A { x: Int } type B { x: Int }",
        "schema { query: A } type A { x: Int b: B } type B { x: Int }",
        "B is the mutation root no more.",
    ),
    (
        "directive @semanticNonNull on FIELD_DEFINITION type Query { a: Int @semanticNonNull }",
        "directive @semanticNonNull on FIELD_DEFINITION type Query { a: Int }",
        "Query.a was Int @semanticNonNull, is Int.",
    ),
]


@pytest.mark.parametrize(("old", "new", "description"), UNSEEN)
def test_what_graphql_core_does_not_see_is_breaking_too(old: str, new: str, description: str) -> None:
    assert [change.description for change in breaking_changes(build_schema(old), build_schema(new))] == [description]
    assert dangerous_changes(build_schema(old), build_schema(new)) == []


def test_the_last_use_of_a_standard_scalar_is_no_type_that_is_removed() -> None:
    changes = breaking_changes(build_schema("type Query { a: Int b: Float }"), build_schema("type Query { a: Int }"))
    assert [change.coordinate for change in changes] == ["Query.b"]

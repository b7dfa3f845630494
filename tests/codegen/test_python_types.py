"""Operations as Python types: all that can be asked for and given."""

from types import NoneType
from typing import Any, Literal, NotRequired, get_args, get_origin, get_type_hints

import pytest
from graphql import build_schema, parse, print_ast, separate_operations, validate
from typing_extensions import is_typeddict

from database.errors import ReelgraphError
from tests.support.typed.__main__ import OUTPUT, generated
from tests.support.typed.module import formatted, module

SCHEMA = build_schema("""
    directive @semanticNonNull(levels: [Int!]! = [0]) on FIELD_DEFINITION
    scalar Color
    scalar DateTime
    enum Order { UP DOWN }
    interface Thing { id: ID! owner: Person }
    type Person implements Thing { id: ID! owner: Person @semanticNonNull name: String born: DateTime! }
    type Book implements Thing { id: ID! owner: Person title: String! author: Person! pages: Int color: Color }
    type Nothing { why: String! }
    union Found = Person | Book | Nothing
    input Span { from: DateTime until: DateTime! }
    input Where { span: Span, not: Where, all: [Where!], orders: [Order!], limit: Int! = 3, text: String! }
    type Query {
      book: Book!
      thing: Thing
      found: [Found!]!
      order: Order
      grid: [[Int]!]
      outer: [[Int]] @semanticNonNull
      inner: [[Int]] @semanticNonNull(levels: [0, 2])
      books(where: Where): [Book] @semanticNonNull(levels: [1])
    }
    type Mutation { burn(id: ID!): Found @semanticNonNull }
    type Subscription { burning: Book }
""")


def types(document: str) -> dict[str, Any]:
    """What the generated module defines, by name."""
    parsed = parse(document)
    assert validate(SCHEMA, parsed) == []
    namespace: dict[str, Any] = {"__name__": "operations"}
    exec(module(SCHEMA, parsed), namespace)  # noqa: S102  that is what it is made for
    return namespace


def spelled(kind: Any) -> str:
    """A type in one line: `{key: …, missing?: …}`, `[element]`, `One/Other` for texts, `One | Other` for types."""
    if is_typeddict(kind):
        return f"{{{', '.join(_key(name, hint) for name, hint in get_type_hints(kind, include_extras=True).items())}}}"
    if get_origin(kind) is list:
        return f"[{spelled(*get_args(kind))}]"
    if get_origin(kind) is Literal:
        return "/".join(get_args(kind))
    return " | ".join(map(spelled, get_args(kind))) or ("null" if kind is NoneType else kind.__name__)


def _key(name: str, hint: Any) -> str:
    return f"{name}?: {spelled(*get_args(hint))}" if get_origin(hint) is NotRequired else f"{name}: {spelled(hint)}"


FRAGMENTS = """
    fragment Names on Person { name }
    fragment Authors on Book { author { ...Names } }
    fragment Owned on Thing { owner { id } }
"""
BOOK = "{book: {%s}}"
SELECTIONS = {
    "values": (
        "query A { order book { title pages } }",
        "{order: UP/DOWN | null, book: {title: str, pages: int | null}}",
    ),
    "lists in lists": ("query A { grid }", "{grid: [[int | null]] | null}"),
    "null on error": ("query A { outer }", "{outer: [[int | null] | null]}"),
    "null on error at some levels": ("query A { inner }", "{inner: [[int] | null]}"),
    "elements that are null on error": ("query A { books { id } }", "{books: [{id: str}] | null}"),
    "aliases": ("query A { book { title other: title from: title } }", BOOK % "title: str, other: str, from: str"),
    "its name, wherever": (
        "query A { __typename book { kind: __typename } }",
        "{__typename: Query, book: {kind: Book}}",
    ),
    "fragments in fragments": ("query A { book { ...Authors } }", BOOK % "author: {name: str | null}"),
    "a field asked for in several places": (
        "query A { book { author { id } ...Authors ... on Thing { ... on Book { author { born id } } } } }",
        BOOK % "author: {id: str, name: str | null, born: str}",
    ),
    "a condition": ("query A($v: Boolean!) { book { id title @skip(if: $v) } }", BOOK % "id: str, title?: str"),
    "a condition beside none": ("query A($v: Boolean!) { book { id @include(if: $v) id } }", BOOK % "id: str"),
    "a condition on a fragment": (
        "query A($v: Boolean!) { book { id ...Authors @include(if: $v) ... @skip(if: $v) { id title } } }",
        BOOK % "id: str, author?: {name: str | null}, title?: str",
    ),
    "a condition on some of what is under a field": (
        "query A($v: Boolean!) { book { author { id } author @include(if: $v) { born } } }",
        BOOK % "author: {id: str, born?: str}",
    ),
    "conditions on all of what is under a field": (
        "query A($v: Boolean!, $w: Boolean!) { book { author @include(if: $v) { id } author @skip(if: $w) { born } } }",
        BOOK % "author?: {id?: str, born?: str}",
    ),
    "a union": (
        "query A { found { __typename ... on Person { name } ... on Book { ... on Thing { id } } } }",
        "{found: [{__typename: Person, name: str | null} | {__typename: Book, id: str} | {__typename: Nothing}]}",
    ),
    "those of a union that answer alike": (
        "query A { found { __typename ... on Book { title } } }",
        "{found: [{__typename: Person/Nothing} | {__typename: Book, title: str}]}",
    ),
    "those of a union that answer nothing": (
        "query A { found { ... on Book { title } } }",
        "{found: [{} | {title: str}]}",
    ),
    "an interface": ("query A { thing { __typename id } }", "{thing: {__typename: Person/Book, id: str} | null}"),
    "an interface whose field fails in one type only": (
        "query A { thing { ...Owned } }",
        "{thing: {owner: {id: str}} | {owner: {id: str} | null} | null}",
    ),
    "a mutation": (
        'mutation A { burn(id: "1") { ... on Nothing { why } ... on Person { id } } }',
        "{burn: {id: str} | {} | {why: str}}",
    ),
    "introspection": (
        "query A { __schema { types { name fields { name } } } }",
        "{__schema: {types: [{name: str | null, fields: [{name: str}] | null}]}}",
    ),
}


@pytest.mark.parametrize(("operation", "expected"), SELECTIONS.values(), ids=SELECTIONS)
def test_what_is_answered(operation: str, expected: str) -> None:
    document = separate_operations(parse(operation + FRAGMENTS))["A"]
    assert spelled(types(print_ast(document))["AData"]) == expected


GIVEN = """
Span = TypedDict(
    "Span",
    {
        "from": NotRequired[str | None],
        "until": str,
    },
)
Order = Literal["UP", "DOWN"]
Where = TypedDict(
    "Where",
    {
        "span": NotRequired[Span | None],
        "not": NotRequired["Where | None"],
        "all": NotRequired["list[Where] | None"],
        "orders": NotRequired[list[Order] | None],
        "limit": NotRequired[int],
        "text": str,
    },
)


class AVariables(TypedDict):
    where: NotRequired[Where | None]
    one: NotRequired[bool]
    other: bool
"""


def test_what_is_given() -> None:
    query = """query A($where: Where, $one: Boolean! = true, $other: Boolean!) {
      books(where: $where) { id @include(if: $one) title @include(if: $other) }
    }"""
    assert GIVEN in formatted(module(SCHEMA, parse(query)))


def test_what_asks_for_just_what_a_fragment_does_has_its_type() -> None:
    defined = types("query A { book { ...Book } books { id ...Book } } fragment Book on Book { author { name } }")
    data = get_type_hints(defined["AData"])
    assert data["book"] is defined["Book"]
    (other,) = get_args(get_args(data["books"])[0])
    assert other is not defined["Book"]
    assert get_type_hints(other)["author"] is get_type_hints(defined["Book"])["author"]


def test_a_name_that_is_taken_does_no_harm() -> None:
    fragments = "fragment Order on Book { id } fragment Literal on Book { title }"
    defined = types(f"query A {{ order book {{ ...Order ...Literal }} }} {fragments}")
    assert spelled(defined["AData"]) == "{order: UP/DOWN | null, book: {id: str, title: str}}"


def test_a_scalar_without_a_python_type_is_named() -> None:
    with pytest.raises(ReelgraphError, match="Color has no Python type") as unknown:
        types("query A { book { color } }")
    assert unknown.value.hint == "Add it to SCALARS of tests.support.typed.definitions."


def test_subscriptions_are_left_out() -> None:
    defined = types("subscription A { burning { id } } query B { order }")
    assert "AData" not in defined
    assert "BData" in defined


def test_the_module_is_what_schema_and_operations_say() -> None:
    assert OUTPUT.read_text() == generated(), "write it anew with: uv run python -m tests.support.typed"

"""Which schema coordinates an operation uses."""

from graphql import build_schema, parse, separate_operations, validate
from graphql.utilities import resolve_schema_coordinate

from schema.coordinates import used_coordinates
from tests.schema.contract import OPERATIONS, REAL

SCHEMA = build_schema("""
type Query { node(id: ID!): Node  search(filter: Filter, orders: [Order!]): [Result!]!  me: User }
interface Node { id: ID!  picture(size: Int): String }
type User implements Node { id: ID!  picture(size: Int): String  name: String  boss: User }
type Film implements Node { id: ID!  picture(size: Int): String  kind: Kind }
union Result = User | Film
input Filter { kinds: [Kind!]  not: Filter  range: Range  text: String }
input Range { from: Int  unit: Unit = DAYS }
enum Kind { SHORT LONG }
enum Order { NEW OLD }
enum Unit { DAYS HOURS }
""")


def used(text: str, name: str | None = None) -> set[str]:
    document = parse(text)
    assert not validate(SCHEMA, document)
    coordinates = used_coordinates(SCHEMA, document, name)
    assert all(resolve_schema_coordinate(SCHEMA, coordinate) for coordinate in coordinates)
    return set(coordinates)


def test_fields_and_given_arguments_are_used_under_any_alias() -> None:
    assert used("{ me { him: boss { portrait: picture(size: 1) } } }") == {
        "Query.me",
        "User.boss",
        "User.picture",
        "User.picture(size:)",
    }


def test_what_is_asked_of_an_interface_is_asked_of_its_objects() -> None:
    node = {"Query.node", "Query.node(id:)"}
    ids = {"Node.id", "User.id", "Film.id"}
    assert used("{ node(id: 1) { id } }") == node | ids
    assert used("{ search { ... on Node { id } } }") == {"Query.search"} | ids
    assert used("{ node(id: 1) { ... on User { id name } } }") == node | {"User.id", "User.name"}
    assert used("{ node(id: 1) { picture(size: 2) } }") == node | {
        f"{type_}.picture{argument}" for type_ in ("Node", "User", "Film") for argument in ("", "(size:)")
    }


def test_skipped_fields_are_used_and_directives_are_not() -> None:
    assert used("query ($no: Boolean!) { me { name @include(if: $no) id @skip(if: true) } }") == {
        "Query.me",
        "User.name",
        "User.id",
    }


def test_introspection_is_not_used() -> None:
    assert used('{ __typename __schema { types { name } } __type(name: "User") { name } me { __typename } }') == {
        "Query.me"
    }


def test_input_fields_and_values_that_are_written_out_are_used() -> None:
    text = "{ search(filter: {not: {kinds: [SHORT], range: {from: 1}}}, orders: OLD) { __typename } }"
    assert used(text) == {
        "Query.search",
        "Query.search(filter:)",
        "Query.search(orders:)",
        "Filter.not",
        "Filter.kinds",
        "Filter.range",
        "Range.from",
        "Kind.SHORT",
        "Order.OLD",
    }


def test_variables_use_their_types_and_what_these_lead_to() -> None:
    text = "query ($f: Filter, $o: [Order!] = [NEW]) { search(filter: $f, orders: $o) { __typename } }"
    assert used(text) == {
        "Query.search",
        "Query.search(filter:)",
        "Query.search(orders:)",
        "Filter",
        "Range",
        "Unit",
        "Kind",
        "Order",
        "Order.NEW",
    }
    assert "Range" in used("query ($r: Range) { search(filter: {range: $r}) { __typename } }")


def test_an_operation_uses_what_its_fragments_do_and_no_other_operation() -> None:
    text = """
    query A { me { ...F } } query B { me { boss { ...G } } }
    fragment F on User { name ...G } fragment G on User { id }
    """
    a, b = {"Query.me", "User.name", "User.id"}, {"Query.me", "User.boss", "User.id"}
    assert used(text, "A") == a
    assert used(text, "B") == b
    assert used(text) == a | b
    assert used(text, "C") == set()
    assert used("{ me { id } }", None) == {"Query.me", "User.id"}


def test_a_fragment_is_read_once_however_often_it_is_spread() -> None:
    # Each fragment spreads the next one twice: written out, the fields would be as many as 2 to the power of 200.
    chain = "\n".join(f"fragment F{n} on User {{ name boss {{ ...F{n + 1} }} ...F{n + 1} }}" for n in range(200))
    text = f"{{ me {{ ...F0 }} }} {chain} fragment F200 on User {{ id }}"
    coordinates = used_coordinates(SCHEMA, parse(text))
    assert coordinates == {"Query.me", "User.name", "User.boss", "User.id"}


def test_a_document_of_a_thousand_nested_and_a_thousand_flat_fields() -> None:
    flat = " ".join(f"a{n}: me {{ name }}" for n in range(1000))
    deep = "boss { " * 190 + "id" + " }" * 190
    assert used_coordinates(SCHEMA, parse(f"{{ {flat} me {{ {deep} }} }}")) == {
        "Query.me",
        "User.name",
        "User.boss",
        "User.id",
    }


def test_every_real_operation_uses_what_is_in_the_schema() -> None:
    names = [name for name in separate_operations(OPERATIONS) if name]
    assert names
    for name in names:
        coordinates = used_coordinates(REAL, OPERATIONS, name)
        assert all(resolve_schema_coordinate(REAL, coordinate) for coordinate in coordinates)
    videos = used_coordinates(REAL, OPERATIONS, "Videos")
    assert {"Query.videos(filter:)", "VideoFilter", "ProcessingStatus", "VideoOrder", "PageInfo.endCursor"} <= videos
    assert "VideoJob.id" not in videos

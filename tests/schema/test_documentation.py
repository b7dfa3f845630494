"""Everything that GraphiQL shows has a description that helps."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    build_schema,
    is_specified_directive,
    is_specified_scalar_type,
)

from schema.schema import sdl

SCHEMA = build_schema(sdl())
TYPES = [
    type_
    for name, type_ in SCHEMA.type_map.items()
    if not name.startswith("__") and not is_specified_scalar_type(type_)
]
SHORTEST = 10

# No standard describes them: the range of BigInt is that of JavaScript's safe integers.
OUR_OWN_SCALARS = {"BigInt"}


class Element(NamedTuple):
    """Something with a name in the contract, and its schema coordinate: `Query.videos(first:)`."""

    coordinate: str
    name: str
    description: str | None
    deprecation: str | None = None


def elements() -> Iterator[Element]:
    """Every type, field, argument, enum value, input field and directive of ours."""
    for type_ in TYPES:
        yield Element(type_.name, type_.name, type_.description)
        yield from members(type_)
    for directive in SCHEMA.directives:
        if not is_specified_directive(directive):
            # What its arguments are its description must say: Strawberry has no other place for it.
            yield Element(f"@{directive.name}", directive.name, directive.description)


def members(type_: GraphQLNamedType) -> Iterator[Element]:
    if isinstance(type_, GraphQLEnumType):
        for name, value in type_.values.items():
            yield Element(f"{type_.name}.{name}", name, value.description, value.deprecation_reason)
    elif isinstance(type_, GraphQLInputObjectType):
        for name, input_field in type_.fields.items():
            yield Element(f"{type_.name}.{name}", name, input_field.description, input_field.deprecation_reason)
    elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in type_.fields.items():
            yield from field_elements(f"{type_.name}.{name}", name, field)


def field_elements(coordinate: str, name: str, field: GraphQLField) -> Iterator[Element]:
    yield Element(coordinate, name, field.description, field.deprecation_reason)
    yield from arguments(coordinate, field.args)


def arguments(coordinate: str, args: dict[str, GraphQLArgument]) -> Iterator[Element]:
    for name, argument in args.items():
        yield Element(f"{coordinate}({name}:)", name, argument.description, argument.deprecation_reason)


ELEMENTS = list(elements())


def assert_none(faults: Iterator[str]) -> None:
    """Fail with a line for each fault."""
    if lines := list(faults):
        pytest.fail("\n".join(lines), pytrace=False)


def is_sentence(text: str) -> bool:
    """Whether it begins with a capital letter, a digit or code, and ends with a full stop or an ellipsis."""
    return re.fullmatch(r"[A-Z0-9`].*[.…]", text, re.DOTALL) is not None


def repeats(name: str, text: str) -> bool:
    """Whether a text says no more than a name does: `The video's title.` of `videoTitle`."""
    said = re.sub(r"\b(the|an?|of|this|its)\b|'s\b|[^a-z0-9]", "", text.lower())
    return said == re.sub(r"[^a-z0-9]", "", name.lower())


def test_everything_has_a_description() -> None:
    assert_none(f"{each.coordinate} has no description" for each in ELEMENTS if not each.description)


def test_descriptions_are_sentences() -> None:
    described = [(each.coordinate, each.description) for each in ELEMENTS if each.description]
    assert_none(f"{coordinate}: {text!r} is no sentence" for coordinate, text in described if not is_sentence(text))


def test_descriptions_say_more_than_the_name() -> None:
    described = [(each.coordinate, each.name, each.description) for each in ELEMENTS if each.description]
    assert_none(
        f"{coordinate}: {text!r} says too little"
        for coordinate, name, text in described
        if len(text) < SHORTEST or repeats(name, text)
    )


def test_deprecations_say_what_to_use_instead() -> None:
    deprecated = [(each.coordinate, each.deprecation) for each in ELEMENTS if each.deprecation is not None]
    assert_none(
        f"{coordinate}: {reason!r} names no `replacement` in a sentence"
        for coordinate, reason in deprecated
        if not (is_sentence(reason) and "`" in reason)
    )


def test_scalars_name_their_specifications() -> None:
    scalars = [type_ for type_ in TYPES if isinstance(type_, GraphQLScalarType)]
    assert {scalar.name for scalar in scalars if not scalar.specified_by_url} == OUR_OWN_SCALARS


def test_all_kinds_of_elements_are_looked_at() -> None:
    assert {
        "BigInt",
        "CreateVideoUploadInput.contentType",
        "CreateVideoUploadResult",
        "Error.message",
        "ProcessingStatus.PENDING",
        "Query.videos",
        "Query.videos(first:)",
    } <= {element.coordinate for element in ELEMENTS}


@pytest.mark.parametrize("text", ["Starts small.", "`code` first.", "2 things…"])
def test_sentences(text: str) -> None:
    assert is_sentence(text)


@pytest.mark.parametrize("text", ["", "starts small.", "No end", " Space."])
def test_what_is_no_sentence(text: str) -> None:
    assert not is_sentence(text)


@pytest.mark.parametrize("text", ["Video title.", "The video's title."])
def test_repetition(text: str) -> None:
    assert repeats("videoTitle", text)

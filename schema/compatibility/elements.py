"""What stands at a schema coordinate, and what became of it."""

from graphql import (
    GraphQLArgument,
    GraphQLInputField,
    GraphQLNamedType,
    GraphQLSchema,
    is_abstract_type,
    is_object_type,
    print_ast,
)
from graphql.utilities import resolve_schema_coordinate
from graphql.utilities.get_default_value_ast import get_default_value_ast
from graphql.utilities.resolve_schema_coordinate import (
    ResolvedDirectiveArgument,
    ResolvedField,
    ResolvedFieldArgument,
    ResolvedInputField,
    ResolvedNamedType,
    ResolvedSchemaElement,
)

from schema.compatibility.outputs import Output, kind_of


def fate(old: GraphQLSchema, new: GraphQLSchema, coordinate: str) -> str:
    """What became of it, in words: "was Int, is gone". "" if nothing did."""
    was, now = (_shown(schema, coordinate) for schema in (old, new))
    if was == now:
        return ""
    if was is None:
        return f"is new, {now}"
    if now is None:
        return f"was {was}, is gone" if was else "is gone"
    return f"was {was}, is {now}"


def element_at(schema: GraphQLSchema, coordinate: str) -> ResolvedSchemaElement | None:
    """What stands at a coordinate; None if nothing does."""
    try:
        return resolve_schema_coordinate(schema, coordinate)
    except TypeError:  # not even what it would be part of is there
        return None


def object_names(schema: GraphQLSchema, type_: GraphQLNamedType | None) -> frozenset[str]:
    """The object types that an object of this type may have."""
    if is_abstract_type(type_):
        return frozenset(member.name for member in schema.get_possible_types(type_))
    return frozenset({type_.name}) if is_object_type(type_) else frozenset()


def shown_input(place: GraphQLArgument | GraphQLInputField) -> str:
    """An argument's or input field's type, with its default."""
    default = get_default_value_ast(place)
    return f"{place.type} = {print_ast(default)}" if default else str(place.type)


def _shown(schema: GraphQLSchema, coordinate: str) -> str | None:
    match element_at(schema, coordinate):
        case None:
            return None
        case ResolvedField(field=field):
            return str(Output.of(schema, field))
        case ResolvedFieldArgument(field_argument=place) | ResolvedDirectiveArgument(directive_argument=place):
            return shown_input(place)
        case ResolvedInputField(input_field=place):
            return shown_input(place)
        case ResolvedNamedType(type=type_):
            return kind_of(type_)
        case _:  # enum values and directives are there or not
            return ""

"""What breaks clients and is none of graphql-core's breaking changes."""

from collections.abc import Iterator

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationType,
)

from schema.compatibility.elements import fate
from schema.compatibility.inputs import newly_required
from schema.compatibility.outputs import Output, loss


def unseen(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Coordinates, and what became of each: promises that are directives, defaults that are gone, other roots.

    Some of them graphql-core may have found as well.
    """
    yield from _roots(old, new)
    for coordinate, what in _members(old, new):
        became = fate(old, new, coordinate) or what
        if became:
            yield coordinate, became


def _roots(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[tuple[str, str]]:
    for operation in OperationType:
        was, now = old.get_root_type(operation), new.get_root_type(operation)
        if was and not (now and now.name == was.name):
            yield was.name, f"is the {operation.value} root no more"


def _members(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[tuple[str, str]]:
    for name, was in old.type_map.items():
        now = new.type_map.get(name)
        if isinstance(was, GraphQLInputObjectType) and isinstance(now, GraphQLInputObjectType):
            if now.is_one_of and not was.is_one_of:
                yield name, "takes exactly one field"
            yield from ((f"{name}.{field}", "") for field in newly_required(was.fields, now.fields))
        elif isinstance(was, GraphQLObjectType | GraphQLInterfaceType) and type(was) is type(now):
            for field in was.fields.keys() & now.fields.keys():
                coordinate, before, after = f"{name}.{field}", was.fields[field], now.fields[field]
                if loss(Output.of(old, before), Output.of(new, after)):
                    yield coordinate, ""
                yield from ((f"{coordinate}({argument}:)", "") for argument in newly_required(before.args, after.args))

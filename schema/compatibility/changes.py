"""What changed between two schemas, whoever is affected; and which changes a break comes from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from graphql import GraphQLNamedType, GraphQLSchema, get_named_type, is_interface_type, is_union_type
from graphql.utilities.find_schema_changes import (
    BreakingChangeType,
    DangerousChangeType,
    SchemaChange,
    find_schema_changes,
)
from graphql.utilities.resolve_schema_coordinate import (
    ResolvedDirectiveArgument,
    ResolvedField,
    ResolvedFieldArgument,
    ResolvedInputField,
)

from schema.compatibility.elements import element_at
from schema.compatibility.report import Break
from schema.compatibility.unseen import unseen

# Where a description of graphql-core's says what it is about, in the order in which to look.
PLACES = (
    re.compile(r"(?:union type|implemented by) (\w+)\.$"),
    re.compile(r"(@\w+(?:\(\w+:\))?|\w+\.\w+(?:\(\w+:\))?)"),
    re.compile(r"^(\w+)"),
)


@dataclass(frozen=True)
class Change:
    """One difference; a union member that comes or goes is the union's."""

    coordinate: str
    description: str


def breaking_changes(old: GraphQLSchema, new: GraphQLSchema) -> list[Change]:
    """What breaks some possible client, by coordinate: what graphql-core finds, and what it doesn't see."""
    found = _found(old, new, BreakingChangeType)
    known = {change.coordinate for change in found}
    more = {
        Change(coordinate, f"{coordinate} {became}.")
        for coordinate, became in unseen(old, new)
        if coordinate not in known
    }
    return _sorted(found | more)


def dangerous_changes(old: GraphQLSchema, new: GraphQLSchema) -> list[Change]:
    """What may surprise a client, by coordinate: new members and values, other defaults. None of them is breaking."""
    breaking = {change.coordinate for change in breaking_changes(old, new)}
    return _sorted(change for change in _found(old, new, DangerousChangeType) if change.coordinate not in breaking)


def harmless(old: GraphQLSchema, new: GraphQLSchema, found: Iterable[Break]) -> list[Change]:
    """The breaking changes that none of these breaks comes from."""
    behind = frozenset[str]().union(*(causes(old, one) for one in found))
    return [change for change in breaking_changes(old, new) if change.coordinate not in behind]


def causes(old: GraphQLSchema, found: Break) -> frozenset[str]:
    """The coordinates whose changes a break may come from.

    Its own, that of the type it is in, that of the type it leads to, and a field's of an interface where objects have
    it. A field that no longer merges with another breaks by a change that by itself is safe, so it may have no cause.
    """
    name, dot, member = found.coordinate.partition(".")
    type_ = old.get_type(name)
    owners = {name, *(one.name for one in old.get_possible_types(type_))} if is_interface_type(type_) else {name}
    leads_to = _leads_to(old, found.coordinate)
    return frozenset({found.coordinate, name, *(f"{owner}{dot}{member}" for owner in owners)} | leads_to)


def _leads_to(old: GraphQLSchema, coordinate: str) -> set[str]:
    """The named type of a field or input. A union's changes are its members', which fields of its type don't notice."""
    type_: GraphQLNamedType
    match element_at(old, coordinate):
        case ResolvedField(field=place) | ResolvedInputField(input_field=place):
            type_ = get_named_type(place.type)
        case ResolvedFieldArgument(field_argument=place) | ResolvedDirectiveArgument(directive_argument=place):
            type_ = get_named_type(place.type)
        case _:
            return set()
    return set() if is_union_type(type_) else {type_.name}


def _found(
    old: GraphQLSchema, new: GraphQLSchema, kind: type[BreakingChangeType] | type[DangerousChangeType]
) -> set[Change]:
    return {
        Change(_coordinate(change), change.description)
        for change in find_schema_changes(old, new)
        # Every schema has the standard scalars; what is "removed" is their last use.
        if isinstance(change.type, kind) and not change.description.startswith("Standard scalar ")
    }


def _coordinate(change: SchemaChange) -> str:
    return next(found[1] for place in PLACES if (found := place.search(change.description)))


def _sorted(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: (change.coordinate, change.description))

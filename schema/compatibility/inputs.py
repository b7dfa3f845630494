"""What variables may be, compared: the new type must take every value of the old one."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLScalarType,
    get_named_type,
    get_nullable_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)

from schema.compatibility.report import GIVE_DEFAULT, KEEP_INPUT, KEEP_NULLABLE, KEEP_OTHER

# A coordinate, the way out, and the reason, to be followed by the variable that the value is in.
Refusal: TypeAlias = tuple[str, str, str]

# In variables, values of the first are values of the second too, and those of an enum are texts.
WIDER = {("Int", "Float"), ("Int", "ID"), ("String", "ID")}
TEXTS = {"String", "ID"}


def refused(old: GraphQLNamedType, new: GraphQLNamedType) -> Iterator[Refusal]:
    """What the new type, of the same name, refuses of the old one's values, however deep.

    Types within are compared by what they take; where they are others, the field that leads to them is to blame.
    """
    pending, seen = [(old, new, old.name)], set()
    while pending:
        was, now, leading = pending.pop()
        if (was.name, now.name) in seen:
            continue
        seen.add((was.name, now.name))
        for coordinate, way_out, reason in _refused_here(was, now):
            if was.name == now.name:
                yield coordinate, way_out, reason
            else:
                yield leading, KEEP_OTHER, f"{now} has nothing like {coordinate}, which may be"
        if isinstance(was, GraphQLInputObjectType) and isinstance(now, GraphQLInputObjectType):
            for name in was.fields.keys() & now.fields.keys():
                types = (get_named_type(fields[name].type) for fields in (was.fields, now.fields))
                pending.append((*types, f"{was}.{name}" if was.name == now.name else leading))


def null_refused(old: GraphQLInputType, new: GraphQLInputType) -> bool:
    """Whether null was taken and is not any more; a default doesn't stand in for a null that is given."""
    return is_non_null_type(new) and not is_non_null_type(old)


def newly_required(
    old: Mapping[str, GraphQLInputField] | Mapping[str, GraphQLArgument],
    new: Mapping[str, GraphQLInputField] | Mapping[str, GraphQLArgument],
) -> Iterator[str]:
    """The names of what could be left out and can't be any more."""
    for name, place in new.items():
        if required(place) and not (name in old and required(old[name])):
            yield name


def required(place: GraphQLArgument | GraphQLInputField) -> bool:
    """Whether it must be given."""
    return is_required_argument(place) if isinstance(place, GraphQLArgument) else is_required_input_field(place)


def _refused_here(old: GraphQLNamedType, new: GraphQLNamedType) -> Iterator[Refusal]:
    if isinstance(old, GraphQLInputObjectType) and isinstance(new, GraphQLInputObjectType):
        yield from _refused_fields(old, new)
    elif isinstance(old, GraphQLEnumType) and isinstance(new, GraphQLEnumType):
        for value in old.values.keys() - new.values.keys():
            yield f"{old}.{value}", KEEP_INPUT, "it may be"
    elif old.name == new.name and type(old) is not type(new):
        yield old.name, KEEP_OTHER, "it may be"


def _refused_fields(old: GraphQLInputObjectType, new: GraphQLInputObjectType) -> Iterator[Refusal]:
    if new.is_one_of and not old.is_one_of:
        yield old.name, KEEP_OTHER, "exactly one field must be given"
    for name in newly_required(old.fields, new.fields):
        yield f"{old}.{name}", GIVE_DEFAULT, "it must be given"
    for name, field in old.fields.items():
        if name not in new.fields:
            yield f"{old}.{name}", KEEP_INPUT, "it may be"
        elif null_refused(field.type, new.fields[name].type) and not required(new.fields[name]):
            yield f"{old}.{name}", KEEP_NULLABLE, "null may be"
        elif not _takes(field.type, new.fields[name].type):
            yield f"{old}.{name}", KEEP_OTHER, "it may be"


def _takes(old: GraphQLInputType, new: GraphQLInputType) -> bool:
    """Whether values that are not null fit, in lists and by kind."""
    was, now = get_nullable_type(old), get_nullable_type(new)
    if not isinstance(now, GraphQLList):
        return not isinstance(was, GraphQLList) and _takes_named(get_named_type(old), get_named_type(new))
    if not isinstance(was, GraphQLList):
        return _takes(old, now.of_type)  # one value is taken for a list of it
    return not null_refused(was.of_type, now.of_type) and _takes(was.of_type, now.of_type)


def _takes_named(old: GraphQLNamedType, new: GraphQLNamedType) -> bool:
    """Types of one name, and input types or enums of any, are compared by themselves."""
    if old.name == new.name or (type(old) is type(new) and not isinstance(old, GraphQLScalarType)):
        return True
    return (old.name, new.name) in WIDER or (isinstance(old, GraphQLEnumType) and new.name in TEXTS)

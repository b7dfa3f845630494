"""The answer of a new schema, seen with the eyes of a client that knows the old one."""

import re
from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLResolveInfo,
    GraphQLSchema,
    NameNode,
    SelectionSetNode,
    Visitor,
    build_schema,
    execute_sync,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    validate,
    visit,
)

from schema.compatibility.elements import object_names
from tests.schema.edits import Edited

TYPE_NAME = "__t"
LEAVES: Mapping[str, Any] = {"Int": 7, "Float": 0.5, "String": "text", "ID": "an id", "Boolean": True}


def strict(sdl: str) -> GraphQLSchema:
    """The schema as clients know it that take an error for what it is: null only where there need be none."""
    sdl = re.sub(r"(\w+|\[[^\]]*\]) @semanticNonNull\b(?!\()", r"\1!", sdl)
    return build_schema(sdl, assume_valid_sdl=True)


_old = cache(strict)


def mismatch(
    old_sdl: str, new: Edited, document: DocumentNode, variables: dict[str, Any], random: Random
) -> str | None:
    """What a client of the old schema can't take of what it gets when it sends an operation to the new one."""
    refused = validate(new.schema, document)
    if refused:
        return f"refused: {refused}"
    document = visit(document, _WithTypeNames())
    old = _old(old_sdl)
    answer = _answer(old, new, document, variables, random)
    if answer.errors:
        return f"failed: {answer.errors}"
    seen = _seen(old, new.renamed, document, variables, answer.data)
    if seen.errors or _plain(seen.data) != _plain(answer.data):
        return f"{answer.data} is seen as {seen.data}, {seen.errors}"
    return None


class _WithTypeNames(Visitor):
    """Asks every object for its type's name, so that it is known when the answer is looked at."""

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode:
        name = FieldNode(alias=NameNode(value=TYPE_NAME), name=NameNode(value="__typename"))
        return SelectionSetNode(selections=(name, *node.selections))


def _answer(
    old: GraphQLSchema, new: Edited, document: DocumentNode, variables: dict[str, Any], random: Random
) -> ExecutionResult:
    """Made-up data of the new schema's types. What a client was told to expect, new members and values, stays away."""

    def expected(info: GraphQLResolveInfo[Any]) -> Any:
        parent: Any = old.get_type(new.renamed.get(info.parent_type.name, info.parent_type.name))
        field = parent.fields.get(info.field_name) if parent else None
        return get_named_type(field.type) if field else None

    def made_up(type_: Any, known: Any) -> Any:
        if not isinstance(type_, GraphQLNonNull) and random.random() < 0.3:
            return None
        type_ = get_nullable_type(type_)
        if isinstance(type_, GraphQLList):
            return [made_up(type_.of_type, known) for _ in range(random.randrange(3))]
        if isinstance(type_, GraphQLEnumType):
            values = known.values if isinstance(known, GraphQLEnumType) else type_.values
            return random.choice([value for value in type_.values if value in values] or list(type_.values))
        return {} if is_composite_type(type_) else LEAVES.get(type_.name, "scalar")

    def object_type(_value: Any, info: GraphQLResolveInfo[Any], type_: Any) -> str:
        names = object_names(info.schema, type_)
        return random.choice(sorted(names & object_names(old, expected(info)) or names))

    return execute_sync(
        strict(new.sdl),
        document,
        variable_values=variables,
        field_resolver=lambda _source, info, **_: made_up(info.return_type, expected(info)),
        type_resolver=object_type,
    )


def _seen(
    old: GraphQLSchema, renamed: Mapping[str, str], document: DocumentNode, variables: dict[str, Any], data: Any
) -> ExecutionResult:
    """The answer, as the old schema's answer: it fails where something is missing or none of the old types."""

    def object_type(value: Any, _info: GraphQLResolveInfo[Any], type_: Any) -> str:
        names = object_names(old, type_)
        name: str = renamed.get(value[TYPE_NAME], value[TYPE_NAME])
        return name if name in names else min(names)

    return execute_sync(
        old,
        document,
        root_value=data,
        variable_values=variables,
        field_resolver=lambda source, info, **_: source[info.path.key],
        type_resolver=object_type,
    )


def _plain(data: Any) -> Any:
    """Without the types' names that no client asked for."""
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items() if key != TYPE_NAME}
    return [_plain(item) for item in data] if isinstance(data, list) else data

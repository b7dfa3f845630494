"""What a selection asks of one object type: fragments merged in, and what each field depends on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    SelectionNode,
    SelectionSetNode,
    print_ast,
)

# Directives, all of which must let a field through; of none, it is always there.
Conditions: TypeAlias = frozenset[str]
ALWAYS: Conditions = frozenset()


@dataclass(frozen=True)
class Asked:
    """A place in the operation that asks for a field."""

    node: FieldNode
    conditions: Conditions


Selected: TypeAlias = tuple[SelectionSetNode, Conditions]
Fields: TypeAlias = dict[str, list[Asked]]


@dataclass(frozen=True)
class Selections:
    """Reads the selections of one document."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]

    def fields(self, kind: GraphQLObjectType, selected: Iterable[Selected]) -> Fields:
        """By response key, the places that ask an object type for it."""
        found: Fields = {}
        for selection_set, conditions in selected:
            self._collect(found, kind, selection_set, conditions)
        return found

    def _collect(
        self, found: Fields, kind: GraphQLObjectType, selection_set: SelectionSetNode, conditions: Conditions
    ) -> None:
        for node in selection_set.selections:
            depends = conditions | _conditions(node)
            if isinstance(node, FieldNode):
                found.setdefault((node.alias or node.name).value, []).append(Asked(node, depends))
            elif isinstance(node, FragmentSpreadNode):
                self._merge(found, kind, self.fragments[node.name.value], depends)
            elif isinstance(node, InlineFragmentNode):
                self._merge(found, kind, node, depends)

    def _merge(
        self,
        found: Fields,
        kind: GraphQLObjectType,
        fragment: FragmentDefinitionNode | InlineFragmentNode,
        conditions: Conditions,
    ) -> None:
        if self._applies(fragment.type_condition, kind):
            self._collect(found, kind, fragment.selection_set, conditions)

    def _applies(self, condition: NamedTypeNode | None, kind: GraphQLObjectType) -> bool:
        if condition is None or condition.name.value == kind.name:
            return True
        named = self.schema.get_type(condition.name.value)
        return isinstance(named, GraphQLAbstractType) and self.schema.is_sub_type(named, kind)


def is_required(asked: Sequence[Asked]) -> bool:
    """Whether a field that is asked for there is in every answer."""
    return any(not one.conditions for one in asked)


def below(asked: Sequence[Asked]) -> list[Selected]:
    """The selections under a field, each with what it depends on where the field is in the answer."""
    return [(one.node.selection_set, _beyond(one, asked)) for one in asked if one.node.selection_set]


def _beyond(one: Asked, asked: Sequence[Asked]) -> Conditions:
    # A place that depends on no more than each other one does is reached whenever the field is there.
    return ALWAYS if all(one.conditions <= other.conditions for other in asked) else one.conditions


def _conditions(node: SelectionNode) -> Conditions:
    return frozenset(print_ast(one) for one in node.directives or () if one.name.value in {"include", "skip"})

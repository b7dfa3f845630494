"""From an operation to its plan. Fields are collected by graphql-core, so merging and fragments are as it has them."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    is_abstract_type,
    is_leaf_type,
    is_object_type,
)
from graphql.execution.collect_fields import FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues
from strawberry.types.field import StrawberryField

from executor.arguments import Arguments
from executor.declarations import Attribute, Batched, Reads, declaration_of
from executor.plan import FieldPlan, Group, ObjectPlan, Plan, TypeReads, levels_of

# More entries than this are not compiled: nested fragments can make a short document very large.
MOST_ENTRIES = 2_000

CONDITIONS = frozenset({"skip", "include"})
INTROSPECTION = frozenset({"__schema", "__type"})
DEFINITION = "strawberry-definition"


class Uncompilable(Exception):  # noqa: N818  it is no fault, it says who answers
    """The operation is graphql-core's to answer; the message is the reason, in a word or two."""


class Compiler:
    """Compiles one operation. `fragments` are graphql-core's, of the whole document."""

    def __init__(
        self, schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: dict[str, FragmentDetails]
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = fragments
        self.condition_variables = sorted(self._conditions())

    def compile(self, variables: VariableValues) -> Plan:
        """The plan for the outcome that these variables give `@skip` and `@include`; raises `Uncompilable`."""
        return _Compilation(self._schema, self._operation, self._fragments, variables).plan()

    def _conditions(self) -> set[str]:
        """Variables that decide which fields there are."""
        names: set[str] = set()
        for directive in self._directives():
            if directive.name.value not in CONDITIONS:
                raise Uncompilable(f"@{directive.name.value}")
            given = (argument.value for argument in directive.arguments or ())
            names.update(value.name.value for value in given if isinstance(value, VariableNode))
        return names

    def _directives(self) -> Iterator[DirectiveNode]:
        yield from self._operation.directives or ()
        seen: set[str] = set()
        stack: list[SelectionSetNode | None] = [self._operation.selection_set]
        while stack:
            selection_set = stack.pop()
            for selection in selection_set.selections if selection_set else ():
                yield from selection.directives or ()
                if isinstance(selection, FragmentSpreadNode):
                    name = selection.name.value
                    if name in self._fragments and name not in seen:
                        seen.add(name)
                        fragment = self._fragments[name]
                        if fragment.variable_signatures:
                            raise Uncompilable("fragment variables")
                        yield from fragment.definition.directives or ()
                        stack.append(fragment.definition.selection_set)
                elif isinstance(selection, (FieldNode, InlineFragmentNode)):
                    stack.append(selection.selection_set)


class _Compilation:
    """One run of the compiler."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDetails],
        variables: VariableValues,
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = fragments
        self._variables = variables
        self._entries = 0
        self._objects: list[tuple[ObjectPlan, Any]] = []

    def plan(self) -> Plan:
        root = self._schema.get_root_type(self._operation.operation)
        if root is None:
            raise Uncompilable("no root type")
        collected = collect_fields(self._schema, self._fragments, self._variables, root, self._operation)
        fields = collected.grouped_field_set
        serial = self._operation.operation is OperationType.MUTATION
        parts = [{name: details} for name, details in fields.items()] if serial else [dict(fields)]
        groups = [Group(self._object(root, part, None), part) for part in parts]
        return Plan(groups, self._reads(), self._entries)

    def _object(self, type_: GraphQLObjectType, grouped: dict[str, Any], relation: Any) -> ObjectPlan:
        plan = ObjectPlan(type_, [])
        self._objects.append((plan, relation))
        self._entries += len(grouped)
        if self._entries > MOST_ENTRIES:
            raise Uncompilable("too large")
        for response_name, details in grouped.items():
            definition = self._schema.get_field(type_, details[0].node.name.value)
            if definition is not None:  # otherwise graphql-core leaves it out
                plan.fields.append(self._field(type_, response_name, details, definition))
        return plan

    def _field(
        self, parent: GraphQLObjectType, response_name: str, details: list[Any], definition: GraphQLField
    ) -> FieldPlan:
        nodes = [detail.node for detail in details]
        if nodes[0].name.value in INTROSPECTION:
            raise Uncompilable("introspection")
        levels, named = levels_of(definition.type)
        found = definition.extensions.get(DEFINITION)
        strawberry_field = found if isinstance(found, StrawberryField) else None
        declared = None if strawberry_field is None or self._has_more(strawberry_field) else strawberry_field
        plan = FieldPlan(
            name=nodes[0].name.value,
            response_name=response_name,
            nodes=nodes,
            parent_type=parent,
            definition=definition,
            strawberry_field=strawberry_field,
            declaration=declaration_of(declared),
            arguments=Arguments(definition, nodes[0], strawberry_field),
            levels=levels,
            attribute=_attribute(definition, strawberry_field),
        )
        relation = plan.declaration.join if isinstance(plan.declaration, Batched) else None
        if is_leaf_type(named):
            plan.leaf = named
        elif is_object_type(named):
            plan.children = {named.name: self._child(named, details, relation)}
        elif is_abstract_type(named):
            plan.abstract = named
            possible = self._schema.get_possible_types(named)
            plan.children = {type_.name: self._child(type_, details, relation) for type_ in possible}
        return plan

    def _has_more(self, field: StrawberryField) -> bool:
        """Whether a field is more than its declaration says: permissions, other extensions, exception handlers."""
        schema = getattr(self._schema, "_strawberry_schema", None)
        return bool(field.extensions) or bool(schema is not None and schema.exception_handlers)

    def _child(self, type_: GraphQLObjectType, details: list[Any], relation: Any) -> ObjectPlan:
        collected = collect_subfields(self._schema, self._fragments, self._variables, self._operation, type_, details)
        return self._object(type_, collected.grouped_field_set, relation)

    def _reads(self) -> dict[tuple[str, Any], TypeReads]:
        attributes: dict[tuple[str, Any], set[str] | None] = defaultdict(set)
        joins: dict[tuple[str, Any], dict[Any, frozenset[str]]] = defaultdict(dict)
        for plan, relation in self._objects:
            place = (plan.type.name, relation)
            for entry in plan.fields:
                known, read = attributes[place], _reads_of(entry)
                attributes[place] = None if known is None or read is None else known | read
                if isinstance(entry.declaration, Batched) and (join := entry.declaration.join) is not None:
                    column = entry.declaration.column
                    read_beside = joins[place].get(join, frozenset())
                    joins[place][join] = read_beside if column is None else read_beside | {column}
        return {
            place: TypeReads(None if read is None else frozenset(read), joins[place])
            for place, read in attributes.items()
        }


def _attribute(definition: GraphQLField, field: StrawberryField | None) -> str | None:
    """The attribute that a field without a resolver is."""
    plain = field is not None and field.is_basic_field and field.default_resolver is getattr
    return field.python_name if field and plain and getattr(definition.resolve, "_is_default", False) else None


def _reads_of(entry: FieldPlan) -> set[str] | None:
    declaration = entry.declaration
    if isinstance(declaration, Batched):
        return set() if declaration.key is None else {declaration.key}
    if isinstance(declaration, Attribute):
        return {declaration.name}
    if isinstance(declaration, Reads):
        return set(declaration.names)
    if entry.attribute is not None:
        return {entry.attribute}
    return set() if entry.name == "__typename" else None

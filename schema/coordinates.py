"""The schema coordinates (`Type.field`, `Type.field(arg:)`, `Input.field`, `Enum.VALUE`) that an operation uses."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    SKIP,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLSchema,
    ObjectFieldNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    Visitor,
    VisitorAction,
    get_named_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    type_from_ast,
    visit,
)


def used_coordinates(
    schema: GraphQLSchema, document: DocumentNode, operation_name: str | None = None
) -> frozenset[str]:
    """What an operation of a valid document uses, or without a name all of them; each fragment is read once.

    - Fields and the arguments given to them, whatever `@skip` and `@include` say: a skipped field that is removed makes
      the document invalid as well. One asked of an interface is used of the interface and of every object that has it.
    - Input fields and enum values that are written out.
    - `VideoFilter`, an input type or enum by itself: a variable may be anything of it, so whoever uses `VideoFilter`
      may use `VideoFilter.search`. Types that its fields lead to are used too, scalars never.

    `__typename`, introspection and directives use nothing.
    """
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    info = TypeInfo(schema)
    uses = _Uses(schema, info)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode) and operation_name in {None, node.name and node.name.value}:
            visit(node, TypeInfoVisitor(info, uses))
    read: set[str] = set()
    while unread := uses.spreads - read:
        read |= unread
        for name in unread:
            visit(fragments[name], TypeInfoVisitor(info, uses))
    return frozenset(uses.coordinates)


class _Uses(Visitor):
    """Collects coordinates, and the names of the fragments that are spread."""

    def __init__(self, schema: GraphQLSchema, info: TypeInfo) -> None:
        super().__init__()
        self.coordinates: set[str] = set()
        self.spreads: set[str] = set()
        self._schema = schema
        self._info = info

    def enter_field(self, node: FieldNode, *_: Any) -> VisitorAction:
        name = node.name.value
        if name.startswith("__"):
            return SKIP
        for owner in self._owners():
            self.coordinates.add(f"{owner}.{name}")
            self.coordinates.update(f"{owner}.{name}({argument.name.value}:)" for argument in node.arguments or ())
        return None

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.spreads.add(node.name.value)

    def enter_directive(self, *_: Any) -> VisitorAction:
        return SKIP

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        owner = get_named_type(self._info.get_parent_input_type())
        if is_input_object_type(owner):
            self.coordinates.add(f"{owner}.{node.name.value}")

    def enter_enum_value(self, node: EnumValueNode, *_: Any) -> None:
        owner = get_named_type(self._info.get_input_type())
        if is_enum_type(owner):
            self.coordinates.add(f"{owner}.{node.value}")

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> None:
        # The visitor goes on to the default value, whose fields and values are written out.
        pending = [get_named_type(type_from_ast(self._schema, node.type))]
        while pending:
            type_ = pending.pop()
            if (is_input_object_type(type_) or is_enum_type(type_)) and type_.name not in self.coordinates:
                self.coordinates.add(type_.name)
                pending.extend(_types_within(type_))

    def _owners(self) -> Iterator[GraphQLNamedType]:
        parent = self._info.get_parent_type()
        if parent:
            yield parent
        if is_interface_type(parent):
            yield from self._schema.get_possible_types(parent)


def _types_within(type_: GraphQLNamedType) -> Iterator[GraphQLNamedType]:
    if isinstance(type_, GraphQLInputObjectType):
        for field in type_.fields.values():
            yield get_named_type(field.type)

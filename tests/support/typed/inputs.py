"""The types of what operations are given."""

from graphql import (
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableDefinitionNode,
    get_named_type,
    is_required_input_field,
    type_from_ast,
)

from tests.support.typed.definitions import Definitions, braces, expression, member


class Inputs:
    """Defines variables and input objects. What is nullable or has a default may be left out."""

    def __init__(self, schema: GraphQLSchema, definitions: Definitions) -> None:
        self._schema = schema
        self._definitions = definitions
        self._names: dict[str, str] = {}

    def add_variables(self, operation: OperationDefinitionNode, name: str) -> str | None:
        """Define what an operation is given; its name, or `None` if it takes nothing."""
        if not operation.variable_definitions:
            return None
        members = [self._variable(node) for node in operation.variable_definitions]
        return self._definitions.add(f"{name}Variables", braces(members))

    def _variable(self, node: VariableDefinitionNode) -> str:
        kind = type_from_ast(self._schema, node.type)
        assert kind is not None
        required = isinstance(kind, GraphQLNonNull) and node.default_value is None
        return member(node.variable.name.value, expression(kind, self._named), required=required)

    def _named(self, kind: GraphQLNamedType) -> str:
        if not isinstance(kind, GraphQLInputObjectType):
            return self._definitions.leaf(kind)
        if kind.name not in self._names:
            name = self._names[kind.name] = self._definitions.free(kind.name)
            self._definitions.bodies[name] = braces([self._member(*one) for one in kind.fields.items()])
        return self._names[kind.name]

    def _member(self, key: str, field: GraphQLInputField) -> str:
        text = expression(field.type, self._named)
        name = self._names.get(get_named_type(field.type).name)
        if name is not None and name not in self._definitions.bodies:
            text = f'"{text}"'  # it is being defined: this leads back to it
        return member(key, text, required=is_required_input_field(field))

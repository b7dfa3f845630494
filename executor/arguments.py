"""Arguments of fields and values of variables: what can be known of them beforehand is, the rest is graphql-core's.

Most are constants, or variables of built-in scalars; these cost a lookup. All others go through graphql-core's coercion
and Strawberry's conversion each time.
"""

from collections.abc import Callable, Mapping
from typing import Any

import strawberry
from graphql import FieldNode, GraphQLError, GraphQLField, GraphQLSchema, OperationDefinitionNode, VariableNode
from graphql import is_non_null_type as is_required
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import (
    VariableValues,
    VariableValueSource,
    coerce_argument,
    get_argument_values,
    get_variable_values,
)
from graphql.pyutils import Undefined
from strawberry.relay.types import GlobalID
from strawberry.schema.compat import is_scalar
from strawberry.types.arguments import StrawberryArgument, convert_arguments
from strawberry.types.base import StrawberryList, StrawberryMaybe, StrawberryOptional
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.field import StrawberryField

# Values that many may share: nobody can change them.
IMMUTABLE = (str, int, float, bool, type(None))

MOST_ERRORS = 50

# Built-in scalars whose variables, if they are exactly of this class, are what they are coerced to.
AS_THEY_COME: Mapping[str, type] = {"String": str, "ID": str, "Boolean": bool}


class Arguments:
    """The arguments of one field: `given` as graphql-core has them, `converted` as Strawberry does."""

    def __init__(self, definition: GraphQLField, node: FieldNode, field: StrawberryField | None) -> None:
        self._definition = definition
        self._node = node
        self._field = field
        self._constants: dict[str, Any] = {}
        self._variables: list[tuple[str, str, bool]] = []
        self._known = self._prepared()
        self._names: dict[str, tuple[str, Callable[[Any], Any] | None]] | None = None

    def given(self, variables: VariableValues) -> dict[str, Any]:
        """The arguments by their names in the schema; raises `GraphQLError` as graphql-core does."""
        if not self._known:
            return get_argument_values(self._definition, self._node, variables)
        if not self._variables:
            return self._constants
        values, coerced = dict(self._constants), variables.coerced
        for name, variable, required in self._variables:
            value = coerced.get(variable, Undefined)
            if value is Undefined or (value is None and required):
                return get_argument_values(self._definition, self._node, variables)
            values[name] = value
        return values

    def converted(self, variables: VariableValues, schema: strawberry.Schema, info: Any) -> dict[str, Any]:
        """The arguments by their names in Python, input objects and all; a dict of the caller's own."""
        given = self.given(variables)
        if not given or self._field is None:
            return {}
        if self._names is None:
            self._names = _names(self._field, schema)
        if not self._names:
            converter = schema.schema_converter
            return convert_arguments(
                given,
                self._field.arguments,
                scalar_registry=converter.scalar_registry,
                config=converter.config,
                info=info,
            )
        converted = {}
        for name, value in given.items():
            python_name, convert = self._names[name]
            converted[python_name] = value if convert is None or value is None else convert(value)
        return converted

    def _prepared(self) -> bool:
        """Whether every argument is a constant that may be shared, or a variable."""
        nodes = {argument.name.value: argument for argument in self._node.arguments or ()}
        for name, definition in self._definition.args.items():
            node = nodes.get(name)
            if node is not None and isinstance(node.value, VariableNode):
                out_name = definition.out_name or name
                self._variables.append((out_name, node.value.name.value, is_required(definition.type)))
            elif node is not None and _has_variable(node.value):
                return False
            else:
                try:
                    coerce_argument(self._constants, self._node, name, definition, node, None, None)
                except GraphQLError:
                    return False
        return are_immutable(self._constants)


def are_immutable(values: Mapping[str, Any]) -> bool:
    """Whether nobody could change any of the values."""
    return all(isinstance(value, IMMUTABLE) for value in values.values())


def _names(field: StrawberryField, schema: strawberry.Schema) -> dict[str, tuple[str, Callable[[Any], Any] | None]]:
    """Python names and conversions of arguments; empty where Strawberry has more to do than that."""
    converter = schema.config.name_converter
    names: dict[str, tuple[str, Callable[[Any], Any] | None]] = {}
    for argument in field.arguments:
        type_ = _unwrapped(argument)
        listed = isinstance(type_, StrawberryList)
        if not _is_leaf(type_.of_type if listed else type_, schema):
            return {}
        names[converter.from_argument(argument)] = (argument.python_name or "", list if listed else None)
    return names


def _unwrapped(argument: StrawberryArgument) -> Any:
    type_: Any = argument.type
    while isinstance(type_, StrawberryOptional) and not isinstance(type_, StrawberryMaybe):
        type_ = type_.of_type
    return type_


def _is_leaf(type_: Any, schema: strawberry.Schema) -> bool:
    if isinstance(type_, StrawberryOptional) and not isinstance(type_, StrawberryMaybe):
        return _is_leaf(type_.of_type, schema)
    if isinstance(type_, StrawberryEnumDefinition) or has_enum_definition(type_):
        return True
    return type_ is not GlobalID and is_scalar(type_, schema.schema_converter.scalar_registry)


def _has_variable(node: Any) -> bool:
    if isinstance(node, VariableNode):
        return True
    if values := getattr(node, "values", None):
        return any(map(_has_variable, values))
    return any(_has_variable(field.value) for field in getattr(node, "fields", None) or ())


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._nodes = operation.variable_definitions or ()
        signatures = [get_variable_signature(schema, node) for node in self._nodes]
        self._signatures = [one for one in signatures if not isinstance(one, GraphQLError)]
        self._simple = len(self._signatures) == len(self._nodes)
        self._classes = [AS_THEY_COME.get(str(one.type).removesuffix("!")) for one in self._signatures]

    def coerced(self, given: dict[str, Any]) -> VariableValues | list[GraphQLError]:
        """The values of the variables, or what is wrong with them."""
        if not self._simple:
            return self._by_graphql_core(given)
        sources, coerced = {}, {}
        for signature, cls in zip(self._signatures, self._classes, strict=True):
            value = given.get(signature.name, Undefined)
            if cls is None or type(value) is not cls:
                return self._by_graphql_core(given)
            sources[signature.name] = VariableValueSource(signature, value)
            coerced[signature.name] = value
        return VariableValues(sources, coerced)

    def _by_graphql_core(self, given: dict[str, Any]) -> VariableValues | list[GraphQLError]:
        return get_variable_values(self._schema, self._nodes, given, max_errors=MOST_ERRORS)

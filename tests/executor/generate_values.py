"""Values and variables for generated operations."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLNullableInputType,
    GraphQLScalarType,
    is_required_argument,
    is_required_input_field,
)
from graphql.pyutils import Undefined

BUILT_IN: Mapping[str, Sequence[Any]] = {
    "Int": (0, 1, 2, 3, -1, 2147483647),
    "Float": (0.5, -1, 3, 1e10),
    "String": ("", "a", "Leo", 'it\'s "quoted"\n\\ ☃', "day"),
    "Boolean": (True, False),
    "ID": ("k1", "k2", "", 7),
}
WRONG: Sequence[Any] = ("wrong", -0.5, {"wrong": 1}, [[]], 2**40, True)


class Bare(str):
    """An enum's value or a variable: written without quotes."""

    __slots__ = ()


def written(value: Any) -> str:
    """A value as a literal."""
    if isinstance(value, Bare):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {written(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@dataclass
class Variable:
    """A variable of the document. One that is `never_null` may be left out, but null would be an error."""

    name: str
    type: GraphQLInputType
    default: str | None = None
    never_null: bool = False

    @property
    def definition(self) -> str:
        """How operations define it."""
        return f"${self.name}: {self.type}" + (f" = {self.default}" if self.default is not None else "")

    @property
    def required(self) -> bool:
        """Whether it must be given a value."""
        return isinstance(self.type, GraphQLNonNull) and self.default is None


class Values:
    """Makes values of input types. With `hostile`, variables are now and then given what is no value of their type."""

    def __init__(self, random: Random, scalars: Mapping[str, Sequence[Any]], *, hostile: bool) -> None:
        self._random = random
        self._scalars = {**BUILT_IN, **scalars}
        self._hostile = hostile
        self._variables: list[Variable] = []
        self.used: frozenset[str] = frozenset()

    def arguments(self, arguments: Mapping[str, Any]) -> str:
        """A field's arguments, in parentheses if there are any."""
        given = [
            f"{name}: {written(self._value(argument.type, optional=argument.default_value is not Undefined))}"
            for name, argument in arguments.items()
            if is_required_argument(argument) or self._chance(0.6)
        ]
        return f"({', '.join(given)})" if given else ""

    def condition(self, boolean: GraphQLInputType) -> str:
        """What `@skip` and `@include` are given."""
        return written(self._value(GraphQLNonNull(_nullable(boolean))))

    def definitions(self, used: frozenset[str]) -> str:
        """Definitions of the variables that an operation uses, in parentheses if there are any."""
        defined = [variable.definition for variable in self._variables if variable.name in used]
        return f"({', '.join(defined)})" if defined else ""

    def given(self, used: frozenset[str]) -> dict[str, Any]:
        """Values for the variables that an operation uses."""
        return {
            variable.name: self._given(variable)
            for variable in self._variables
            if variable.name in used and (variable.required or self._chance(0.6))
        }

    def _given(self, variable: Variable) -> Any:
        if self._hostile and self._chance(0.05):
            return self._random.choice(WRONG)
        if variable.never_null and not self._hostile and not isinstance(variable.type, GraphQLNonNull):
            return self._constant(GraphQLNonNull(variable.type))
        return self._constant(variable.type)

    def _constant(self, type_: GraphQLInputType) -> Any:
        return self._value(type_, constant=True)

    def _value(self, type_: GraphQLInputType, *, constant: bool = False, optional: bool = False) -> Any:
        """A value; unless it is to be constant, there may be variables in it."""
        if not constant and self._chance(0.3):
            return Bare(f"${self._variable(type_, optional).name}")
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        elif self._chance(0.12):
            return None
        if isinstance(type_, GraphQLList):
            return self._list(type_, constant)
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_, constant)
        return self._leaf(type_)

    def _leaf(self, type_: GraphQLNullableInputType) -> Any:
        if isinstance(type_, GraphQLEnumType):
            return Bare(self._random.choice(list(type_.values)))
        assert isinstance(type_, GraphQLScalarType)
        return self._random.choice(self._scalars[type_.name])

    def _list(self, type_: GraphQLList[Any], constant: bool) -> Any:
        item = _nullable(type_.of_type)
        if self._chance(0.1) and not isinstance(item, GraphQLList):  # a value stands for the list of it
            return self._value(GraphQLNonNull(item), constant=True)
        return [self._value(type_.of_type, constant=constant) for _ in range(self._random.choice((0, 1, 1, 2, 3)))]

    def _object(self, type_: GraphQLInputObjectType, constant: bool) -> dict[str, Any]:
        return {
            name: self._value(field.type, constant=constant)
            for name, field in type_.fields.items()
            if is_required_input_field(field) or self._chance(0.3)
        }

    def _variable(self, type_: GraphQLInputType, optional: bool) -> Variable:
        """A variable that may stand where a value of this type is wanted. `optional`: there is a default for it."""
        wanted, default = type_, False
        if isinstance(type_, GraphQLNonNull):
            if self._chance(0.4):
                wanted, default = type_.of_type, not optional
        elif self._chance(0.2):
            wanted = GraphQLNonNull(type_)
        fitting = [
            variable
            for variable in self._variables
            if str(variable.type) == str(wanted) and (variable.default not in {None, "null"} or not default)
        ]
        if not fitting or self._chance(0.3):
            fitting = [self._new(wanted, default)]
        variable = self._random.choice(fitting)
        variable.never_null |= isinstance(type_, GraphQLNonNull)
        self.used |= {variable.name}
        return variable

    def _new(self, type_: GraphQLInputType, must_have_default: bool) -> Variable:
        variable = Variable(f"v{len(self._variables)}", type_)
        if must_have_default or self._chance(0.3):
            variable.default = written(self._constant(GraphQLNonNull(_nullable(type_))))
        self._variables.append(variable)
        return variable

    def _chance(self, chance: float) -> bool:
        return self._random.random() < chance


def _nullable(type_: GraphQLInputType) -> GraphQLNullableInputType:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_

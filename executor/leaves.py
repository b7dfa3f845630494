"""Leaf values: how a scalar or an enum value becomes what stands in the answer."""

import enum
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from graphql import GraphQLEnumType, GraphQLLeafType
from graphql.pyutils import Undefined, inspect, is_iterable

from executor.plan import FieldPlan, Levels
from executor.rows import ColumnType
from executor.values import Unexpected, is_plain, require_plain

# Scalars of GraphQL whose Python class, if it is exactly this, needs no conversion.
AS_THEY_ARE: Mapping[str, type] = {"String": str, "ID": str, "Boolean": bool}

# More leaf types than a schema has.
MOST_COMPLETIONS = 1024


def completion(entry: FieldPlan) -> Callable[[Any], Any]:
    """The function that makes a field's value what stands in the answer; raises where it can't."""
    assert entry.leaf is not None
    return _completion(entry.leaf, entry.levels)


@lru_cache(MOST_COMPLETIONS)
def _completion(leaf: GraphQLLeafType, levels: Levels) -> Callable[[Any], Any]:
    required, coerce = levels[0], leaf.coerce_output_value
    complete_item = _completion(leaf, levels[1:]) if len(levels) > 1 else None

    def complete(value: Any) -> Any:
        if value is None or value is Undefined:
            if required:
                raise Unexpected("null")
            return None
        if not is_plain(type(value)):
            require_plain(value)
        if complete_item is not None:
            if not is_iterable(value):
                raise Unexpected("not a list")
            return [complete_item(item) for item in value]
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise Unexpected(f"{leaf} answered {inspect(coerced)}")
        return coerced

    return complete


def guard(entry: FieldPlan) -> str | None:
    """A condition on `{v}` under which the value, then named `v`, needs no conversion; None: convert always."""
    if len(entry.levels) > 1 or entry.leaf is None or isinstance(entry.leaf, GraphQLEnumType):
        return None
    if entry.leaf.name in AS_THEY_ARE:
        return f"type({{v}}) is {AS_THEY_ARE[entry.leaf.name].__name__}"
    if entry.leaf.name == "Int":
        return "type({v}) is int and -2147483648 <= v <= 2147483647"
    if entry.leaf.name == "Float":
        return "type({v}) is float and v - v == 0.0"  # neither infinite nor NaN
    return None


def trusted(entry: FieldPlan, column: ColumnType) -> str | None:
    """An expression in `{v}` for a column whose values are known to be of its type; None if there is none.

    `{names}` stands for the names of an enum's values.
    """
    leaf = entry.leaf
    if leaf is None or len(entry.levels) > 1 or (column.optional and entry.levels[0]):
        return None
    if AS_THEY_ARE.get(leaf.name) is column.python:
        return "{v}"
    written = column.written if not column.scalars or leaf.name in column.scalars else None
    if isinstance(leaf, GraphQLEnumType) and column.python is str:
        written = "{names}[{v}]"
    if written is None or not column.optional:
        return written
    return f"None if (v := {{v}}) is None else {written.replace('{v}', 'v')}"


def names_of(leaf: GraphQLEnumType) -> dict[Any, str]:
    """Names of an enum's values, by the text that a database holds of them."""
    return {
        str(value.value.value if isinstance(value.value, enum.Enum) else value.value): name
        for name, value in leaf.values.items()
    }

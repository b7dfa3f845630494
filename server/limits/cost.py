"""What an operation may come to: every field costs 1, and what is under a list as often as the list may be long.

A list is as long as its `first` or `last` says, or else a page of the usual size; by `ids`, as these are many; any
other counts as `SHORT`. An operation's cost is compiled once to a formula of those variables that sizes depend on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    ArgumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from schema.connection import DEFAULT_PAGE_SIZE
from schema.ids import MOST_IDS

# What costs more is no longer counted: nested lists can amount to 100^20.
CEILING = 10**15
# A list without pages: the stages of a job, the subtitles of a video, the fields of a type.
SHORT = 5
NO_FIELDS: tuple[()] = ()


@dataclass(frozen=True, slots=True)
class Size:
    """How long a list may be. `given` are what its arguments say, the first that is there counts."""

    given: tuple[ValueNode, ...]
    usual: int
    most: int

    @property
    def is_fixed(self) -> bool:
        """Whether no variable has a part in it."""
        return not any(isinstance(node, VariableNode) for node in self.given)

    def of(self, variables: Mapping[str, Any]) -> int:
        """The size with the coerced values of variables; one that will be refused counts as if it were allowed."""
        asked = next((size for node in self.given if (size := _size(node, variables)) is not None), self.usual)
        return max(1, min(asked, self.most))


def _size(node: ValueNode, variables: Mapping[str, Any]) -> int | None:
    if isinstance(node, VariableNode):
        value = variables.get(node.name.value)
        return len(value) if isinstance(value, list) else value
    if isinstance(node, IntValueNode):
        return int(node.value)
    return len(node.values) if isinstance(node, ListValueNode) else None


@dataclass(frozen=True, slots=True)
class Sum:
    """A constant, and the values of steps, each so many times."""

    constant: int = 0
    steps: tuple[tuple[int, int], ...] = NO_FIELDS

    def value(self, values: list[int]) -> int:
        """The sum, where `values` are those of the steps."""
        return min(CEILING, self.constant + sum(times * values[step] for step, times in self.steps))


# A list of a size that is known at run time, of what costs so much each; each step refers to those before it only.
Step: TypeAlias = tuple[Size | None, Sum]


@dataclass(frozen=True, slots=True)
class Formula:
    """The cost of one operation."""

    steps: list[Step]
    total: Sum

    def value(self, variables: Mapping[str, Any]) -> int:
        """The cost with the coerced values of variables."""
        values: list[int] = []
        for size, each in self.steps:
            cost = each.value(values)
            values.append(cost if size is None else min(CEILING, cost * size.of(variables)))
        return self.total.value(values)


class _Compiler:
    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], max_page_size: int
    ) -> None:
        self.steps: list[Step] = []
        self._schema = schema
        self._fragments = fragments
        self._largest = max_page_size
        self._known: dict[str, Sum] = {}

    def selections(self, node: SelectionSetNode, parent: GraphQLNamedType) -> Sum:
        # Documents are valid, so they are no deeper than graphql-core allows, which is 200 levels.
        return _added([self._selection(selection, parent) for selection in node.selections])

    def _selection(self, node: Any, parent: GraphQLNamedType) -> Sum:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            type_ = self._schema.type_map[condition.name.value] if condition else parent
            return self.selections(node.selection_set, type_)
        assert isinstance(node, FieldNode)
        if node.selection_set is None:
            return Sum(1)
        definition: Any = self._schema.get_field(parent, node.name.value)  # type: ignore[arg-type]  # it has fields
        inside = self.selections(node.selection_set, get_named_type(definition.type))
        return self._times(self._size(node, definition, parent), inside)

    def _fragment(self, name: str) -> Sum:
        known = self._known.get(name)
        if known is None:
            node = self._fragments[name]
            known = self.selections(node.selection_set, self._schema.type_map[node.type_condition.name.value])
            known = self._known[name] = self._as_step(None, known) if known.steps else known
        return known

    def _times(self, size: Size | None, inside: Sum) -> Sum:
        """The cost of a field with what is under it."""
        if size is None:
            return Sum(min(CEILING, 1 + inside.constant), inside.steps)
        if size.is_fixed and not inside.steps:
            return Sum(min(CEILING, 1 + inside.constant * size.of({})))
        return Sum(1, self._as_step(size, inside).steps)

    def _as_step(self, size: Size | None, each: Sum) -> Sum:
        self.steps.append((size, each))
        return Sum(0, ((len(self.steps) - 1, 1),))

    def _size(self, node: FieldNode, definition: Any, parent: GraphQLNamedType) -> Size | None:
        """How long the list is that a field answers; None for what is no list, or a connection's own."""
        arguments = {argument.name.value: argument for argument in node.arguments or ()}
        if "first" in definition.args:
            given = _values(arguments, "first", "last")
            return Size(given, min(DEFAULT_PAGE_SIZE, self._largest), self._largest)
        if not is_list_type(get_nullable_type(definition.type)):
            return None
        if "ids" in definition.args:
            return Size(_values(arguments, "ids"), MOST_IDS, MOST_IDS)
        if "pageInfo" in getattr(parent, "fields", NO_FIELDS):
            return None  # counted at the field that the page is of
        return Size(NO_FIELDS, SHORT, SHORT)


def _values(arguments: Mapping[str, ArgumentNode], *names: str) -> tuple[ValueNode, ...]:
    return tuple(arguments[name].value for name in names if name in arguments)


def _added(sums: list[Sum]) -> Sum:
    constant, steps = 0, dict[int, int]()
    for one in sums:
        constant += one.constant
        for step, times in one.steps:
            steps[step] = min(CEILING, steps.get(step, 0) + times)
    return Sum(min(CEILING, constant), tuple(steps.items()))


def formula(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    max_page_size: int,
) -> Formula:
    """The formula of an operation of a valid document, in time about linear to its text."""
    compiler = _Compiler(schema, fragments, max_page_size)
    root = schema.get_root_type(operation.operation)
    assert root is not None
    return Formula(compiler.steps, compiler.selections(operation.selection_set, root))

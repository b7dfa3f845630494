"""Makes valid operations for any schema, from a seed.

Two fields of one response name must be the same field with the same arguments wherever their objects could be the same.
Here a response name means one field, one type and one list of arguments in the whole document, which is valid always.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Any

from graphql import (
    GraphQLCompositeType,
    GraphQLField,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    is_union_type,
)
from graphql.utilities import do_types_overlap

from tests.executor.generate_values import Values

MOST_FIELDS = 15
DEEPEST = 4
ALIASES = ("id", "name", "x", "y")


@dataclass(frozen=True)
class Generated:
    """A document, and the operation in it that is to be executed."""

    document: str
    name: str | None
    variables: dict[str, Any]


@dataclass(frozen=True)
class _Fragment:
    name: str
    type: GraphQLCompositeType
    text: str
    used: frozenset[str]
    depth: int
    fields: int


@dataclass(frozen=True)
class _Response:
    """What a response name stands for."""

    field: tuple[str, ...]
    arguments: str
    used: frozenset[str]


class Generator:
    """Makes operations for a schema. `scalars` has examples of custom scalars, `weight` says how often a field comes.

    With `hostile`, variables are given values that are none now and then.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        scalars: Mapping[str, Sequence[Any]] | None = None,
        weight: Callable[[str], float] = lambda _name: 1.0,
        hostile: bool = False,
    ) -> None:
        self.schema = schema
        self.scalars = scalars or {}
        self.hostile = hostile
        self._weight = weight
        self._fields: dict[tuple[GraphQLCompositeType, bool], tuple[list[str], list[float]]] = {}
        self._overlapping: dict[GraphQLCompositeType, list[GraphQLCompositeType]] = {}

    def operation(self, random: Random, kind: str = "query") -> Generated:
        """An operation of a kind."""
        return _Document(self, random).generated(kind)

    def fields(self, type_: GraphQLCompositeType, composite: bool) -> tuple[list[str], list[float]]:
        """Names of a type's fields, of composite type or not, and their weights added up."""
        if (type_, composite) not in self._fields:
            fields: dict[str, GraphQLField] = type_.fields  # type: ignore[union-attr]  # unions have none
            names = [name for name, field in fields.items() if composite or is_leaf_type(get_named_type(field.type))]
            self._fields[type_, composite] = names, list(accumulate(map(self._weight, names)))
        return self._fields[type_, composite]

    def overlapping(self, type_: GraphQLCompositeType) -> list[GraphQLCompositeType]:
        """Types that objects of a type may have too."""
        if type_ not in self._overlapping:
            types = [other for other in self.schema.type_map.values() if is_composite_type(other)]
            self._overlapping[type_] = [other for other in types if do_types_overlap(self.schema, other, type_)]
        return self._overlapping[type_]


class _Document:
    def __init__(self, generator: Generator, random: Random) -> None:
        self._generator = generator
        self._schema = generator.schema
        self._random = random
        self._values = Values(random, generator.scalars, hostile=generator.hostile)
        self._fragments: list[_Fragment] = []
        self._responses: dict[str, _Response] = {}
        self._left = 0
        self._fragment_count = 0

    def generated(self, kind: str) -> Generated:
        """One to three operations, of which one is chosen."""
        count = self._random.choice((1, 1, 1, 1, 2, 3))
        names = [f"Operation{index}" for index in range(count)] if count > 1 or self._chance(0.3) else [None]
        operations = [self._operation(kind, name) for name in names]
        chosen = self._random.randrange(count)
        texts = [*(text for text, _ in operations), *(fragment.text for fragment in self._fragments)]
        self._random.shuffle(texts)
        return Generated("\n".join(texts), names[chosen], self._values.given(operations[chosen][1]))

    def _operation(self, kind: str, name: str | None) -> tuple[str, frozenset[str]]:
        root = getattr(self._schema, f"{kind}_type")
        self._left = self._random.randint(3, MOST_FIELDS)
        self._values.used = frozenset()
        selections = self._selections(root, self._random.randint(1, DEEPEST))
        used = self._values.used
        definitions = self._values.definitions(used)
        head = f"{kind} {name or ''}{definitions} " if name or definitions or kind != "query" else ""
        return head + selections, used

    def _selections(self, type_: GraphQLCompositeType, depth: int) -> str:
        selections = [self._selection(type_, depth)]
        more = self._random.choice((0, 1, 1, 2, 2, 3, 4))
        selections += [self._selection(type_, depth) for _ in range(more) if self._left > 0]
        return f"{{ {' '.join(selections)} }}"

    def _selection(self, type_: GraphQLCompositeType, depth: int) -> str:
        roll = self._random.random()
        if roll < 0.05 or self._left <= 0:
            return "__typename"
        if roll < 0.15:
            return self._spread(type_, depth)
        if roll < 0.25 or is_union_type(type_):
            return self._inline(type_, depth)
        return self._field(type_, depth)

    def _field(self, type_: GraphQLCompositeType, depth: int) -> str:
        fields: dict[str, GraphQLField] = type_.fields  # type: ignore[union-attr]  # unions were sorted out
        names, weights = self._generator.fields(type_, depth > 0)
        if not names:
            return "__typename"
        (name,) = self._random.choices(names, cum_weights=weights)
        field = fields[name]
        self._left -= 1
        alias, response = self._response(name, field)
        below = get_named_type(field.type)
        selections = f" {self._selections(below, depth - 1)}" if is_composite_type(below) else ""
        prefix = "" if alias == name else f"{alias}: "
        return f"{prefix}{name}{response.arguments}{self._directives()}{selections}"

    def _response(self, name: str, field: GraphQLField) -> tuple[str, _Response]:
        """A response name for a field: one that it has already, perhaps, so that they merge."""
        signature = (name, str(field.type), *(f"{key} {given.type}" for key, given in field.args.items()))
        known = [alias for alias, response in self._responses.items() if response.field == signature]
        if known and self._chance(0.5):
            alias = self._random.choice(known)
            self._values.used |= self._responses[alias].used
            return alias, self._responses[alias]
        outer, self._values.used = self._values.used, frozenset()
        arguments = self._values.arguments(field.args)
        response = _Response(signature, arguments, self._values.used)
        self._values.used |= outer
        alias = self._random.choice(ALIASES) if self._chance(0.1) else name
        if alias in self._responses and self._responses[alias] != response:
            alias = f"{name}{len(self._responses)}"
        self._responses[alias] = response
        return alias, response

    def _spread(self, type_: GraphQLCompositeType, depth: int) -> str:
        fitting = [
            fragment
            for fragment in self._fragments
            if fragment.depth <= depth
            and fragment.fields <= self._left
            and fragment.type in self._generator.overlapping(type_)
        ]
        if fitting and self._chance(0.6):
            fragment = self._random.choice(fitting)
            self._left -= fragment.fields
        else:
            fragment = self._fragment(type_, depth)
        self._values.used |= fragment.used
        return f"...{fragment.name}{self._directives()}"

    def _fragment(self, type_: GraphQLCompositeType, depth: int) -> _Fragment:
        on, left, outer = self._condition(type_), self._left, self._values.used
        self._fragment_count += 1
        name = f"Fragment{self._fragment_count}"
        self._values.used = frozenset()
        text = f"fragment {name} on {on} {self._selections(on, depth)}"
        fragment = _Fragment(name, on, text, self._values.used, depth, left - self._left)
        self._values.used = outer
        self._fragments.append(fragment)
        return fragment

    def _inline(self, type_: GraphQLCompositeType, depth: int) -> str:
        if self._chance(0.3):
            return f"...{self._directives()} {self._selections(type_, depth)}"
        on = self._condition(type_)
        return f"... on {on}{self._directives()} {self._selections(on, depth)}"

    def _condition(self, type_: GraphQLCompositeType) -> GraphQLCompositeType:
        """A type that objects of the type may have too."""
        if self._chance(0.3):
            return type_
        return self._random.choice(self._generator.overlapping(type_))

    def _directives(self) -> str:
        if not self._chance(0.12):
            return ""
        names = self._random.choice((["skip"], ["include"], ["include"], ["include", "skip"]))
        boolean: Any = self._schema.type_map["Boolean"]
        return "".join(f" @{name}(if: {self._values.condition(boolean)})" for name in names)

    def _chance(self, chance: float) -> bool:
        return self._random.random() < chance

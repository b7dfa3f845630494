"""Random operations over a whole schema, generated from the schema itself: what is new in it is asked for at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, TypeAlias

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_required_argument,
    is_required_input_field,
)

Composite: TypeAlias = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType
Inputs: TypeAlias = Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField]

# Relay's rules: a page goes forwards or backwards.
FORWARDS, BACKWARDS = frozenset({"first", "after"}), frozenset({"last", "before"})
CURSORS = {"after", "before"}
PLAIN = ("Connection", "Edge", "PageInfo")


@dataclass(frozen=True, slots=True)
class Values:
    """What arguments are filled with, as literals of GraphQL.

    `named` goes before `scalars`; its keys are names of arguments and input fields, `id` and `ids` of them behind the
    type that the field answers: `Video.id`.
    """

    named: Mapping[str, Callable[[], str]]
    scalars: Mapping[str, Callable[[], str]]


@dataclass(slots=True)
class Operation:
    """A document; `lists` says for each response key of a list which list it is, so that its cursors fit again."""

    text: str = ""
    lists: dict[str, str] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    names: Iterator[int] = field(default_factory=count)


class Generator:
    """Makes operations; `asked` are the coordinates of everything that was asked for or given so far."""

    def __init__(self, schema: GraphQLSchema, values: Values, random: Random, *, depth: int = 5) -> None:
        self.schema = schema
        self.asked: set[str] = set()
        self.cursors: dict[str, list[str]] = {}
        self._values = values
        self._random = random
        self._depth = depth

    def operation(self, *, changes: bool) -> Operation:
        """A query or, with `changes`, a mutation; it has one or two root fields."""
        operation = Operation()
        kind, root = ("mutation", self.schema.mutation_type) if changes else ("query", self.schema.query_type)
        assert root is not None
        names = self._random.sample(sorted(root.fields), k=self._random.choice((1, 1, 2)))
        body = " ".join(self._field(operation, root, name, self._depth, alias=True) for name in names)
        operation.text = "\n".join([f"{kind} {{ {body} }}", *operation.fragments])
        return operation

    def keep_cursors(self, operation: Operation, answer: Any) -> None:
        """Take the cursors from an answer, to be sent with the same list later."""
        if isinstance(answer, list):
            for element in answer:
                self.keep_cursors(operation, element)
        elif isinstance(answer, dict):
            for key, value in answer.items():
                if key in operation.lists and value:
                    self.cursors.setdefault(operation.lists[key], []).extend(cursors_of(value))
                self.keep_cursors(operation, value)

    def _field(self, operation: Operation, parent: Composite, name: str, depth: int, *, alias: bool) -> str:
        assert not isinstance(parent, GraphQLUnionType)
        definition: GraphQLField = parent.fields[name]
        coordinate = f"{parent.name}.{name}"
        self.asked.add(coordinate)
        result = get_named_type(definition.type)
        key = f"f{next(operation.names)}" if alias or definition.args or self._random.random() < 0.2 else name
        arguments = self._arguments(operation, coordinate, key, definition.args, result.name)
        selection = f" {{ {self._selection(operation, result, depth - 1)} }}" if is_composite_type(result) else ""
        return f"{'' if key == name else f'{key}: '}{name}{arguments}{selection}"

    def _selection(self, operation: Operation, kind: Any, depth: int) -> str:
        parts = ["__typename"]
        if is_abstract_type(kind):
            parts.extend(
                f"... on {member.name} {{ {self._selected(operation, member, depth, alias=True)} }}"
                for member in self.schema.get_possible_types(kind)
            )
        elif self._random.random() < 0.2:
            name = f"F{next(operation.names)}"
            operation.fragments.append(
                f"fragment {name} on {kind.name} {{ {self._selected(operation, kind, depth, alias=False)} }}"
            )
            parts.append(f"...{name}")
        else:
            parts.append(self._selected(operation, kind, depth, alias=False))
        return " ".join(parts)

    def _selected(self, operation: Operation, kind: GraphQLObjectType, depth: int, *, alias: bool) -> str:
        """Fields of an object type; of lists more, because an edge without its node says nothing."""
        plain = kind.name.endswith(PLAIN)
        names = [
            name
            for name, definition in kind.fields.items()
            if depth > 0 or not is_composite_type(get_named_type(definition.type))
        ]
        # What was never asked for is due: otherwise the rarest of it would not come up for a long time.
        shares = {name: 0.8 if plain or f"{kind.name}.{name}" not in self.asked else 0.3 for name in names}
        chosen = [name for name in names if self._random.random() < shares[name]] or [self._random.choice(names)]
        fields = [self._plain_or_not(operation, kind, name, depth, alias=alias, plain=plain) for name in chosen]
        return " ".join(["__typename", *fields])

    def _plain_or_not(
        self, operation: Operation, kind: GraphQLObjectType, name: str, depth: int, *, alias: bool, plain: bool
    ) -> str:
        if not plain:
            return self._field(operation, kind, name, depth, alias=alias)
        # Cursors are looked for by their names.
        self.asked.add(f"{kind.name}.{name}")
        result = get_named_type(kind.fields[name].type)
        return f"{name} {{ {self._selection(operation, result, depth)} }}" if is_composite_type(result) else name

    def _arguments(
        self, operation: Operation, coordinate: str, key: str, arguments: Mapping[str, GraphQLArgument], result: str
    ) -> str:
        given = self._given(arguments, coordinate, result)
        page = {name: text for name, text in given.items() if name in FORWARDS | BACKWARDS}
        rest = {name: text for name, text in given.items() if name not in page}
        if arguments.keys() & CURSORS:
            identity = operation.lists[key] = f"{coordinate}{sorted(rest.items())}"
            page = self._page(coordinate, arguments.keys(), page, identity)
        pairs = [f"{name}: {text}" for name, text in {**rest, **page}.items()]
        return f"({', '.join(pairs)})" if pairs else ""

    def _page(self, coordinate: str, known: Any, page: dict[str, str], identity: str) -> dict[str, str]:
        direction = BACKWARDS if "last" in known and self._random.random() < 0.4 else FORWARDS
        page = {name: text for name, text in page.items() if name in direction}
        if direction == BACKWARDS:
            page.setdefault("last", "5")
        cursors = self.cursors.get(identity)
        (name,) = CURSORS & direction
        if cursors and self._random.random() < 0.4:
            self.asked.add(f"{coordinate}({name}:)")
            page[name] = f'"{self._random.choice(cursors)}"'
        return page

    def _given(self, inputs: Inputs, coordinate: str, result: str = "") -> dict[str, str]:
        given = {}
        for name, definition in inputs.items():
            if name in CURSORS:
                continue
            required = (
                is_required_argument(definition)
                if isinstance(definition, GraphQLArgument)
                else is_required_input_field(definition)
            )
            if required or self._random.random() < 0.4:
                self.asked.add(f"{coordinate}({name}:)")
                given[name] = self._value(definition.type, f"{coordinate}({name}:)", name, result)
        return given

    def _value(self, kind: Any, coordinate: str, name: str, result: str) -> str:
        if isinstance(kind, GraphQLNonNull):
            return self._value(kind.of_type, coordinate, name, result)
        if isinstance(kind, GraphQLList):
            elements = (self._value(kind.of_type, coordinate, name, result) for _ in range(self._random.randint(1, 4)))
            return f"[{', '.join(elements)}]"
        if isinstance(kind, GraphQLEnumType):
            return str(self._random.choice(sorted(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            return self._input(kind)
        make = self._values.named.get(f"{result}.{name}") or self._values.named.get(name)
        make = make or self._values.scalars.get(kind.name)
        if make is None:
            raise LookupError(f"no values for {coordinate} of type {kind}: add some")
        return make()

    def _input(self, kind: GraphQLInputObjectType) -> str:
        if kind.is_one_of:
            name = self._random.choice(sorted(kind.fields))
            self.asked.add(f"{kind.name}({name}:)")
            pairs = {name: self._value(kind.fields[name].type, f"{kind.name}({name}:)", name, "")}
        else:
            pairs = self._given(kind.fields, kind.name)
        return f"{{{', '.join(f'{name}: {text}' for name, text in pairs.items())}}}"


def cursors_of(connection: Any) -> Sequence[str]:
    """The cursors in an answer's connection."""
    found = [edge.get("cursor") for edge in connection.get("edges") or ()]
    info = connection.get("pageInfo") or {}
    return [cursor for cursor in [*found, info.get("startCursor"), info.get("endCursor")] if cursor]


def coordinates(schema: GraphQLSchema) -> set[str]:
    """Every field that queries and mutations can reach, and every argument and input field that can be given."""
    found: set[str] = set()
    waiting: list[Any] = [schema.query_type, schema.mutation_type]
    seen: set[str] = set()
    while waiting:
        kind = waiting.pop()
        if kind is None or kind.name in seen:
            continue
        seen.add(kind.name)
        if is_abstract_type(kind):
            waiting.extend(schema.get_possible_types(kind))
        elif isinstance(kind, GraphQLInputObjectType):
            found.update(f"{kind.name}({name}:)" for name in kind.fields)
            waiting.extend(get_named_type(definition.type) for definition in kind.fields.values())
        elif isinstance(kind, GraphQLObjectType):
            for name, definition in kind.fields.items():
                found.add(f"{kind.name}.{name}")
                found.update(f"{kind.name}.{name}({argument}:)" for argument in definition.args)
                waiting.extend(get_named_type(argument.type) for argument in definition.args.values())
                waiting.append(get_named_type(definition.type))
    return found

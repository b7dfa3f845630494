"""Random edits of an SDL, one thing at a time."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, TypeAlias

from graphql import (
    SKIP,
    DirectiveDefinitionNode,
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    Node,
    ObjectTypeDefinitionNode,
    UnionTypeDefinitionNode,
    Visitor,
    VisitorAction,
    build_schema,
    parse,
    validate_schema,
    visit,
)

NEW = "Renamed"
SEMANTIC = " @semanticNonNull"

# What becomes of a node's text.
Change: TypeAlias = Callable[[Any, str, Random], str]


@dataclass(frozen=True)
class Edited:
    """An SDL after an edit; `renamed` has the old name of each type that has a new one."""

    sdl: str
    schema: GraphQLSchema
    renamed: Mapping[str, str]


def edited(sdl: str, random: Random, names: frozenset[str]) -> Edited:
    """A valid schema that differs in one thing, most often one of these names."""
    places = _places(sdl)
    named = [node for node in places if node.name.value in names]
    while True:
        node = random.choice(named if named and random.random() < 0.8 else places)
        change = random.choice(CHANGES[type(node)])
        new = _applied(sdl, node, change, random)
        try:
            schema = build_schema(new)
            valid = new != sdl and not validate_schema(schema)
        except (GraphQLError, TypeError):  # such as a type that is left without fields
            continue
        if valid:
            return Edited(new, schema, {NEW: node.name.value} if change is _renamed else {})


def _applied(sdl: str, node: Any, change: Change, random: Random) -> str:
    text = sdl[node.loc.start : node.loc.end]
    becomes = change(node, text, random)
    if change is _renamed:
        return re.sub(rf"\b{node.name.value}\b", NEW, sdl)
    return sdl[: node.loc.start] + becomes + sdl[node.loc.end :]


def _removed(_node: Node, _text: str, _random: Random) -> str:
    return ""


def _renamed(_node: Node, text: str, _random: Random) -> str:
    return text


def _retyped(node: Any, text: str, random: Random) -> str:
    start, end = node.type.loc.start - node.loc.start, node.type.loc.end - node.loc.start
    return text[:start] + _another_type(text[start:end], random) + text[end:]


def _another_type(type_: str, random: Random) -> str:
    variants = [
        f"{type_}!" if not type_.endswith("!") else type_[:-1],
        f"[{type_}]",
        re.sub(r"(\w+)!?", r"\1", type_),
        re.sub(r"(\w+)(?!!|\w)", r"\1!", type_),
        re.sub(r"\w+", random.choice(NAMES), type_),
    ]
    if type_.startswith("["):
        variants.append(type_.strip("[]!"))
    return random.choice(variants)


def _with_argument(node: FieldDefinitionNode, text: str, random: Random) -> str:
    argument = random.choice(("extra: Int!", "extra: Int! = 1", "extra: Int"))
    if node.arguments:
        return text.replace("(", f"({argument}, ", 1)
    return text.replace(":", f"({argument}):", 1)


def _promised_otherwise(_node: Node, text: str, _random: Random) -> str:
    return text.replace(SEMANTIC, "") if SEMANTIC in text else text + SEMANTIC


def _without_default(_node: Node, text: str, _random: Random) -> str:
    return text.split(" = ", maxsplit=1)[0]


def _without_interfaces(_node: Node, text: str, _random: Random) -> str:
    return re.sub(r" implements \w+", "", text)


def _as_scalar(node: EnumTypeDefinitionNode, _text: str, _random: Random) -> str:
    return f"scalar {node.name.value}"


def _with_field(_node: Node, text: str, random: Random) -> str:
    field = random.choice(("extra: Int!", "extra: Int! = 1", "extra: Int"))
    return text.replace("{", f"{{ {field}", 1)


def _one_of(_node: Node, text: str, _random: Random) -> str:
    return text.replace("{", "@oneOf {", 1)


def _without_a_member(node: UnionTypeDefinitionNode, _text: str, random: Random) -> str:
    members = [member.name.value for member in node.types or ()]
    members.remove(random.choice(members))
    return f"union {node.name.value} = {' | '.join(members)}"


def _with_a_member(_node: Node, text: str, random: Random) -> str:
    return f"{text} | {random.choice(NAMES)}"


CHANGES: Mapping[type[Node], Sequence[Change]] = {
    FieldDefinitionNode: (_removed, _retyped, _retyped, _with_argument, _promised_otherwise),
    InputValueDefinitionNode: (_removed, _retyped, _retyped, _without_default),
    EnumValueDefinitionNode: (_removed,),
    EnumTypeDefinitionNode: (_renamed, _as_scalar),
    ObjectTypeDefinitionNode: (_renamed, _without_interfaces),
    InterfaceTypeDefinitionNode: (_renamed,),
    InputObjectTypeDefinitionNode: (_renamed, _with_field, _one_of),
    UnionTypeDefinitionNode: (_renamed, _without_a_member, _with_a_member),
}
NAMES = ("Int", "Float", "String", "ID", "Status", "Order", "Video", "Job", "Node", "Removed", "RemoveResult", "Range")


@cache
def _places(sdl: str) -> list[Any]:
    visitor = _Places()
    visit(parse(sdl), visitor)
    return visitor.found


class _Places(Visitor):
    """The nodes that an edit can be made at."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Any] = []

    def enter(self, node: Node, *_: Any) -> VisitorAction:
        if isinstance(node, DirectiveDefinitionNode) and node.name.value == "semanticNonNull":
            return SKIP  # a word of the contract's language, not of the contract
        if type(node) in CHANGES:
            self.found.append(node)
        return None

"""Python types as text: expressions, and the definitions that they name."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from graphql import GraphQLEnumType, GraphQLList, GraphQLNamedType, GraphQLNonNull, GraphQLType

from database.errors import ReelgraphError

SCALARS = {
    "BigInt": "int",
    "Boolean": "bool",
    "DateTime": "str",
    "Float": "float",
    "ID": "str",
    "Int": "int",
    "String": "str",
    "URL": "str",
}

# The expression of a type without its lists and nulls.
Naming: TypeAlias = Callable[[GraphQLNamedType], str]


class Definitions:
    """What is defined, by name, each after what it names: expressions, or the braces of a TypedDict."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.bodies: dict[str, str] = {}
        self._taken = set(taken)
        self._enums: dict[str, str] = {}

    def free(self, name: str) -> str:
        """The name, or one like it if it is taken; it is taken from now on."""
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def add(self, name: str, body: str) -> str:
        """Define something; answers the name that it got."""
        name = self.free(name)
        self.bodies[name] = body
        return name

    def leaf(self, kind: GraphQLNamedType) -> str:
        """The expression of a scalar or an enum; raises `ReelgraphError` for a scalar that is unknown here."""
        if isinstance(kind, GraphQLEnumType):
            if kind.name not in self._enums:
                self._enums[kind.name] = self.add(kind.name, literal(kind.values))
            return self._enums[kind.name]
        if kind.name not in SCALARS:
            raise ReelgraphError(f"The scalar {kind.name} has no Python type.", f"Add it to SCALARS of {__name__}.")
        return SCALARS[kind.name]


def expression(kind: GraphQLType, name: Naming) -> str:
    """The expression of a type with its lists and nulls."""
    if isinstance(kind, GraphQLNonNull):
        return _present(kind.of_type, name)
    return f"{_present(kind, name)} | None"


def _present(kind: GraphQLType, name: Naming) -> str:
    if isinstance(kind, GraphQLList):
        return f"list[{expression(kind.of_type, name)}]"
    assert isinstance(kind, GraphQLNamedType)
    return name(kind)


def literal(texts: Iterable[str]) -> str:
    """The type of one of some texts."""
    quoted = [f'"{text}"' for text in texts]
    return f"Literal[{', '.join(quoted)}]"


def braces(members: Iterable[str]) -> str:
    """What a TypedDict is made of; the last comma keeps each on a line of its own."""
    return "{" + "".join(f"{one}, " for one in members) + "}"


def member(key: str, kind: str, *, required: bool) -> str:
    """A key of a TypedDict and its type."""
    return f'"{key}": {kind}' if required else f'"{key}": NotRequired[{kind}]'

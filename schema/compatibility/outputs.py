"""What a field answers, compared: a client takes what is as strict as what it knows, or stricter."""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_directive_values,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_non_null_type,
)

NULLABLE, WITH_AN_ERROR, NEVER = range(3)  # when there is null

KINDS: Mapping[type[GraphQLNamedType], str] = {
    GraphQLScalarType: "a scalar",
    GraphQLObjectType: "an object type",
    GraphQLInterfaceType: "an interface",
    GraphQLUnionType: "a union",
    GraphQLEnumType: "an enum",
    GraphQLInputObjectType: "an input type",
}


@dataclass(frozen=True)
class Output:
    """A field's type. At the levels in `semantic`, 0 the field and 1 its items, null comes only with an error."""

    type: GraphQLOutputType
    semantic: frozenset[int] = frozenset()

    @classmethod
    def of(cls, schema: GraphQLSchema, field: GraphQLField) -> "Output":
        """What a field of a schema answers."""
        directive = schema.get_directive("semanticNonNull")
        values = get_directive_values(directive, field.ast_node) if directive and field.ast_node else None
        return cls(field.type, frozenset() if values is None else frozenset(values.get("levels", [0])))

    @property
    def null(self) -> int:
        """How strict it is about null: the more, the stricter."""
        if is_non_null_type(self.type):
            return NEVER
        return WITH_AN_ERROR if 0 in self.semantic else NULLABLE

    @property
    def items(self) -> "Output | None":
        """What it is a list of."""
        type_ = get_nullable_type(self.type)
        if not isinstance(type_, GraphQLList):
            return None
        return Output(type_.of_type, frozenset(level - 1 for level in self.semantic))

    def __str__(self) -> str:
        if not self.semantic:
            return str(self.type)
        levels = "" if self.semantic == {0} else f"(levels: {sorted(self.semantic)})"
        return f"{self.type} @semanticNonNull{levels}"


@dataclass(frozen=True)
class Loss:
    """What a client misses that knew the old output; `reason` is "" where the types say it all."""

    reason: str = ""
    of_null_only: bool = False


def loss(old: Output, new: Output, subject: str = "it") -> Loss | None:
    """What the new output lacks of the old one's promises; whether objects have their fields is another question."""
    if old.items and new.items:
        within = loss(old.items, new.items, "an item")
    elif old.items or new.items:
        within = Loss()
    else:
        within = _loss_of_values(get_named_type(old.type), get_named_type(new.type))
    if new.null < old.null and (within is None or within.of_null_only):
        return Loss(_null_in_words(old, new, subject), of_null_only=True)
    return within


def kind_of(type_: GraphQLNamedType) -> str:
    """A named type's kind in words, with its article."""
    return next(kind for class_, kind in KINDS.items() if isinstance(type_, class_))


def _null_in_words(old: Output, new: Output, subject: str) -> str:
    if new.null == WITH_AN_ERROR:
        return f"{subject} is null where an error says why"
    return f"{subject} may be null" + (" without an error" if old.null == WITH_AN_ERROR else "")


def _loss_of_values(old: GraphQLNamedType, new: GraphQLNamedType) -> Loss | None:
    if is_composite_type(old) and is_composite_type(new):
        return None
    if isinstance(old, GraphQLEnumType) and isinstance(new, GraphQLEnumType):
        # Under the same name a client was told that values may be added; under another it may know them all.
        return None if old.name == new.name or new.values.keys() <= old.values.keys() else Loss()
    if old.name != new.name:
        return Loss()
    return None if type(old) is type(new) else Loss(f"{old} was {kind_of(old)}, is {kind_of(new)}")

"""The plan of an operation: which fields each object in the answer has, where they come from, and what they become.

A plan is made once per document and per outcome of its `@skip` and `@include`; it holds nothing of a request.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    GraphQLAbstractType,
    GraphQLField,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
    is_list_type,
    is_non_null_type,
)
from strawberry.types.field import StrawberryField

from executor.arguments import Arguments
from executor.declarations import Attribute, Batched, Reads
from executor.recent import Recent

Levels = tuple[bool, ...]

# Row classes may come and go with the statements that make them.
MOST_SHAPERS = 32


@dataclass(eq=False, slots=True)
class FieldPlan:
    """One entry of an object in the answer.

    `levels` says what must not be null: the value, the elements of its list, the elements of those, … The innermost is
    a `leaf`, or an object whose type is one of `children`.
    """

    name: str
    response_name: str
    nodes: list[FieldNode]
    parent_type: GraphQLObjectType
    definition: GraphQLField
    strawberry_field: StrawberryField | None
    declaration: Batched | Attribute | Reads | None
    arguments: Arguments
    levels: Levels
    leaf: GraphQLLeafType | None = None
    abstract: GraphQLAbstractType | None = None
    children: dict[str, "ObjectPlan"] = field(default_factory=dict)
    attribute: str | None = None


@dataclass(eq=False, slots=True)
class ObjectPlan:
    """All entries of the objects of one type at one place of the answer, in their order."""

    type: GraphQLObjectType
    fields: list[FieldPlan]
    # Made when objects of a class are first met: see executor/shape.py.
    shapers: Recent[Any, Any] = field(default_factory=lambda: Recent(MOST_SHAPERS))


@dataclass(frozen=True, slots=True)
class TypeReads:
    """What an operation reads of a type's objects: their attributes (None: any), and the relations a row may join.

    With each relation come the attributes of the related row that fields of this type are; what is read of it as an
    object is said of its own type.
    """

    attributes: frozenset[str] | None
    joins: Mapping[Any, frozenset[str]]


@dataclass(eq=False, slots=True)
class Group:
    """Root fields that run together: all of a query, each of a mutation. `details` are graphql-core's."""

    plan: ObjectPlan
    details: dict[str, Any]


@dataclass(eq=False, slots=True)
class Plan:
    """A whole operation, of so many `entries`. `memo` is for what the schema concludes from it.

    `reads` is by type name and by the relation (`Batched.join`) that leads there, None for all other ways.
    """

    groups: list[Group]
    reads: Mapping[tuple[str, Any], TypeReads]
    entries: int = 0
    memo: dict[Any, Any] = field(default_factory=dict)


def levels_of(type_: Any) -> tuple[Levels, GraphQLOutputType]:
    """Which levels of a list type must not be null, outermost first, and the named type within."""
    levels: list[bool] = []
    while True:
        required = is_non_null_type(type_)
        levels.append(required)
        if required:
            type_ = type_.of_type
        if not is_list_type(type_):
            return tuple(levels), type_
        type_ = type_.of_type

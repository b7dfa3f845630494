"""The types of what operations answer."""

from collections.abc import Collection, Sequence

from graphql import (
    GraphQLCompositeType,
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLType,
    OperationDefinitionNode,
    get_directive_values,
    get_nullable_type,
    is_composite_type,
)

from tests.support.typed.definitions import Definitions, braces, expression, literal, member
from tests.support.typed.selections import ALWAYS, Asked, Fields, Selected, Selections, below, is_required


class Answers:
    """Defines what selections answer. One that asks for just what a fragment does has the fragment's type."""

    def __init__(self, schema: GraphQLSchema, selections: Selections, definitions: Definitions) -> None:
        self._schema = schema
        self._selections = selections
        self._definitions = definitions
        self._names: dict[object, str] = {}

    def add_fragment(self, name: str) -> None:
        """Define what a fragment asks for; those that it spreads come before it."""
        fragment = self._selections.fragments[name]
        kind = self._schema.type_map[fragment.type_condition.name.value]
        assert is_composite_type(kind)
        self._answer(kind, [(fragment.selection_set, ALWAYS)], name)

    def add_data(self, operation: OperationDefinitionNode, name: str) -> str:
        """Define what an operation answers when nothing fails; its name."""
        root = self._schema.get_root_type(operation.operation)
        assert root is not None
        fields = self._selections.fields(root, [(operation.selection_set, ALWAYS)])
        return self._definitions.add(f"{name}Data", self._object([root], fields, name))

    def _answer(self, kind: GraphQLCompositeType, selected: Sequence[Selected], name: str) -> str:
        """One shape, or several that `__typename` tells apart where it is asked for."""
        shapes: dict[object, tuple[list[GraphQLObjectType], Fields]] = {}
        for one in [kind] if isinstance(kind, GraphQLObjectType) else self._schema.get_possible_types(kind):
            fields = self._selections.fields(one, selected)
            shapes.setdefault(self._shape(one, fields), ([], fields))[0].append(one)
        key = tuple((shape, *(kind.name for kind in kinds)) for shape, (kinds, _) in shapes.items())
        if key not in self._names:
            self._names[key] = self._definitions.add(name, self._one_of(list(shapes.values()), name))
        return self._names[key]

    def _one_of(self, shapes: Sequence[tuple[Sequence[GraphQLObjectType], Fields]], name: str) -> str:
        if len(shapes) == 1:
            return self._object(*shapes[0], name)
        names = []
        for kinds, fields in shapes:
            longer = _under(name, "Or".join(kind.name for kind in kinds))
            names.append(self._definitions.add(longer, self._object(kinds, fields, longer)))
        return " | ".join(names)

    def _shape(self, kind: GraphQLObjectType, fields: Fields) -> object:
        """Equal for what the same places ask of types whose answers differ in nothing but their `__typename`."""
        return tuple(
            (key, str(self._type(kind, asked)), *((id(one.node), one.conditions) for one in asked))
            for key, asked in fields.items()
        )

    def _object(self, kinds: Sequence[GraphQLObjectType], fields: Fields, name: str) -> str:
        return braces(
            member(key, self._value(kinds, asked, _under(name, key)), required=is_required(asked))
            for key, asked in fields.items()
        )

    def _value(self, kinds: Sequence[GraphQLObjectType], asked: Sequence[Asked], name: str) -> str:
        if asked[0].node.name.value == "__typename":
            return literal(kind.name for kind in kinds)

        def named(kind: GraphQLNamedType) -> str:
            return self._answer(kind, below(asked), name) if is_composite_type(kind) else self._definitions.leaf(kind)

        return expression(self._type(kinds[0], asked), named)

    def _type(self, kind: GraphQLObjectType, asked: Sequence[Asked]) -> GraphQLType:
        """A field's type where nothing failed."""
        field = self._schema.get_field(kind, asked[0].node.name.value)
        assert field is not None
        return _without_nulls(field.type, self._null_on_error(field))

    def _null_on_error(self, field: GraphQLField) -> Collection[int]:
        """At which levels of a field's lists null stands for an error only; 0 is the field itself."""
        directive = self._schema.get_directive("semanticNonNull")
        given = get_directive_values(directive, field.ast_node) if directive and field.ast_node else None
        levels: Collection[int] = given["levels"] if given else ()
        return levels


def _under(name: str, part: str) -> str:
    """A name for a part of what has a name; what both say is said once."""
    part = part[0].upper() + part[1:]
    return part if part.startswith(name) else name + part


def _without_nulls(kind: GraphQLOutputType, levels: Collection[int], level: int = 0) -> GraphQLType:
    inner = get_nullable_type(kind)
    if isinstance(inner, GraphQLList):
        inner = GraphQLList(_without_nulls(inner.of_type, levels, level + 1))
    return GraphQLNonNull(inner) if isinstance(kind, GraphQLNonNull) or level in levels else inner

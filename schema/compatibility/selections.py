"""What an operation selects: fields, their types, and the fragments' type conditions."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    Node,
    OperationDefinitionNode,
    Visitor,
    get_named_type,
    is_composite_type,
    is_union_type,
)

from schema.compatibility.elements import object_names
from schema.compatibility.outputs import Output, loss
from schema.compatibility.place import Place
from schema.compatibility.report import KEEP_FIELD, KEEP_MEMBER, KEEP_OTHER, KEEP_STRICT, KEEP_TYPE

OTHER_TYPE_NAME = "`__typename` is none that it was"


class Selections(Visitor):
    """Reports what answers lack or can't be; `fragments` are those of the document, by name."""

    def __init__(self, place: Place, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        super().__init__()
        self._place = place
        self._report = place.report
        self._fragments = fragments

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        old, new = self._place.old.get_type(), self._place.new.get_type()
        if new is None:
            kind = node.operation.value
            self._report.add(self._place.here, f"Keep the {kind} root.", f"no {kind} is taken", node)
        elif self._other_type_names(node, get_named_type(old), get_named_type(new)):
            self._report.add(self._place.here, KEEP_TYPE, OTHER_TYPE_NAME, node)

    def enter_named_type(self, node: NamedTypeNode, *_: Any) -> None:
        name = node.name.value
        old, new = self._report.old.get_type(name), self._report.new.get_type(name)
        if new is None or is_composite_type(old) != is_composite_type(new):
            self._report.add(name, KEEP_TYPE, "", node)

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        if self._place.parents is None or node.name.value == "__typename":
            return
        old, new = self._place.old.get_field_def(), self._place.new.get_field_def()
        if new is None:
            self._place.add("", KEEP_FIELD, "", node)
        elif old:
            self._answer(node, old, new)

    def _answer(self, node: FieldNode, old: GraphQLField, new: GraphQLField) -> None:
        lost = loss(Output.of(self._report.old, old), Output.of(self._report.new, new))
        if lost:
            way_out = KEEP_STRICT if lost.of_null_only else KEEP_OTHER
            self._place.add("", way_out, lost.reason, node, node.selection_set)
        if self._other_type_names(node, get_named_type(old.type), get_named_type(new.type)):
            self._place.add("", KEEP_OTHER, OTHER_TYPE_NAME, node)

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: Any) -> None:
        if node.type_condition:
            self._fragment(node, node.type_condition.name.value)

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self._fragment(node, self._fragments[node.name.value].type_condition.name.value)

    def _other_type_names(
        self, node: FieldNode | OperationDefinitionNode, old: GraphQLNamedType | None, new: GraphQLNamedType | None
    ) -> bool:
        """Whether objects' types are asked for, and none of them is one that it was."""
        before, after = object_names(self._report.old, old), object_names(self._report.new, new)
        return bool(before and after and not before & after and self._asks_type_name(node))

    def _asks_type_name(self, node: FieldNode | OperationDefinitionNode) -> bool:
        pending, spread = [node.selection_set], set[str]()
        while pending:
            selection_set = pending.pop()
            for selection in selection_set.selections if selection_set else ():
                match selection:
                    case FieldNode(name=NameNode(value="__typename")):
                        return True
                    case InlineFragmentNode():
                        pending.append(selection.selection_set)
                    case FragmentSpreadNode() if selection.name.value not in spread:
                        spread.add(selection.name.value)
                        pending.append(self._fragments[selection.name.value].selection_set)
        return False

    def _fragment(self, node: Node, condition: str) -> None:
        """An object that comes must get the fragment's fields if it did; and one must come that may get them."""
        if self._place.parents is None:
            return
        old, new = self._place.parents
        asked, still = self._report.old.get_type(condition), self._report.new.get_type(condition)
        before = object_names(self._report.old, old) & object_names(self._report.old, asked)
        come = object_names(self._report.new, new)
        after = come & object_names(self._report.new, still)
        if is_composite_type(still):
            self._no_members(node, asked, (before & come) - after)
        if after:
            return
        if old.name != new.name:
            self._report.add(self._place.here, KEEP_OTHER, f"{new} is never a {condition}", node)
        elif still or is_union_type(old):
            self._no_members(node, old, before - come)

    def _no_members(self, node: Node, type_: GraphQLNamedType | None, names: frozenset[str]) -> None:
        for name in names:
            if is_union_type(type_):
                self._report.add(type_.name, KEEP_MEMBER, f"{name} is no member any more", node)
            else:
                self._report.add(name, KEEP_MEMBER, f"it is no {type_} any more", node)

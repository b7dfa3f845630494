"""Where a walk through a document is, in both schemas at once."""

from typing import Any

from graphql import (
    ArgumentNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLCompositeType,
    Node,
    ObjectFieldNode,
    OperationDefinitionNode,
    TypeInfo,
    VariableDefinitionNode,
    Visitor,
    get_named_type,
)

from schema.compatibility.report import KEEP_OTHER, Report


class Place(Visitor):
    """The first of a walk's visitors; the others ask it. `coordinates` has, by id, what each node is or is part of.

    Where the new schema has nothing, `new` knows no type below, so that what follows from it is not told again.
    """

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report
        self.old = TypeInfo(report.old)
        self.new = TypeInfo(report.new)
        self.coordinates: dict[int, str] = {}
        self._stack: list[str] = [""]

    def enter(self, node: Node, *_: Any) -> None:
        self._stack.append(self._coordinate(node) or self._stack[-1])
        self.coordinates[id(node)] = self._stack[-1]

    def leave(self, *_: Any) -> None:
        self._stack.pop()

    @property
    def here(self) -> str:
        """The coordinate of the node that the walk is at; of a fragment, of what it is spread in."""
        return self._stack[-1]

    @property
    def around(self) -> str:
        """The coordinate of what the node is in."""
        return self._stack[-2]

    @property
    def parents(self) -> tuple[GraphQLCompositeType, GraphQLCompositeType] | None:
        """The types that are selected from; None if the new one is not there."""
        old, new = self.old.get_parent_type(), self.new.get_parent_type()
        return (old, new) if old and new else None

    def add(self, suffix: str, way_out: str, reason: str, *nodes: Node | None) -> None:
        """Report a field or, by `suffix`, an argument of it; if its type is now another, the field that leads here."""
        old, new = self.parents or (None, None)
        if old and new and old.name != new.name:
            self.report.add(self.around, KEEP_OTHER, f"{new} has nothing like {self.here}{suffix}", *nodes)
        else:
            self.report.add(f"{self.here}{suffix}", way_out, reason, *nodes)

    def _coordinate(self, node: Node) -> str | None:
        coordinate = None
        match node:
            case OperationDefinitionNode():
                coordinate = str(self.old.get_type())
            case FragmentDefinitionNode():
                coordinate = node.type_condition.name.value
            case VariableDefinitionNode():
                coordinate = str(get_named_type(self.old.get_input_type()))
            case FieldNode():
                coordinate = f"{self.old.get_parent_type()}.{node.name.value}"
            case DirectiveNode():
                coordinate = f"@{node.name.value}"
            case ArgumentNode():
                coordinate = f"{self.here}({node.name.value}:)"
            case ObjectFieldNode():
                coordinate = f"{get_named_type(self.old.get_parent_input_type())}.{node.name.value}"
        return coordinate

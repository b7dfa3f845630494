"""What breaks, as it is found."""

from dataclasses import dataclass

from graphql import GraphQLError, GraphQLSchema, Node

from schema.compatibility.elements import fate

KEEP_FIELD = "Keep it with @deprecated until no live release selects it."
KEEP_INPUT = "Keep it with @deprecated until no live release sends it."
KEEP_TYPE = "Keep the type until no live release names it."
KEEP_MEMBER = "Keep it one until no live release asks for it."
KEEP_DIRECTIVE = "Keep it until no live release uses it."
KEEP_OTHER = "Leave it as it was, and give what is new another name."
KEEP_NULLABLE = "Leave it nullable."
KEEP_STRICT = "Leave it as strict as it was until every live release takes null for it."
GIVE_DEFAULT = "Give it a default or make it nullable."


@dataclass(frozen=True)
class Break:
    """What would break for clients that send an operation; None is one without a name.

    `coordinate` is where, in the old schema, or for what must be given from now on, in the new one.
    """

    operation: str | None
    coordinate: str
    problem: str
    way_out: str


class Report:
    """The breaks of one operation, and the nodes of its syntax tree that they were found at."""

    def __init__(self, old: GraphQLSchema, new: GraphQLSchema, operation: str | None) -> None:
        self.old = old
        self.new = new
        self._operation = operation
        self._breaks: set[Break] = set()
        self._nodes: set[int] = set()

    def add(self, coordinate: str, way_out: str, reason: str = "", *nodes: Node | None) -> None:
        """What became of a coordinate breaks the operation; `reason` tells more. At `nodes` there is no more to say."""
        become = fate(self.old, self.new, coordinate)
        problem = f"{coordinate} {become}" if become else coordinate
        self._breaks.add(Break(self._operation, coordinate, f"{problem}: {reason}" if reason else problem, way_out))
        self._nodes.update(map(id, nodes))

    def explains(self, error: GraphQLError) -> bool:
        """Whether an error is about a node that a break was found at."""
        return any(id(node) in self._nodes for node in error.nodes or ())

    def breaks(self) -> list[Break]:
        """Each break once, in the order of coordinates."""
        return sorted(self._breaks, key=lambda found: (found.coordinate, found.problem))

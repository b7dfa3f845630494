"""A tree as deep and wide as is wanted, whose loaders keep what they were asked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import strawberry

from executor import Ask, CompiledExecutionContext, Loader, batched


@dataclass
class Forest:
    """A context value. A node's children are its number with another digit."""

    width: int
    asked: dict[str, list[list[int]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.children = Loader(self._children)
        self.titles = Loader(self._titles)

    async def _children(self, ids: list[int]) -> Sequence[list["Node"]]:
        self.asked["children"].append(ids)
        return [[Node(id=id_ * 10 + index) for index in range(self.width)] for id_ in ids]

    async def _titles(self, ids: list[int]) -> Sequence[str]:
        self.asked["titles"].append(ids)
        return [f"node {id_}" for id_ in ids]


Info = strawberry.Info[Forest, Any]


@strawberry.type
class Node:
    id: int

    @batched(key="id", graphql_type="list[Node]")
    def children(info: Info) -> Ask[int, list["Node"]]:  # noqa: N805  it is asked once for all objects
        return Ask(info.context.children)

    @batched(key="id", graphql_type=str)
    def title(info: Info) -> Ask[int, str]:  # noqa: N805
        return Ask(info.context.titles)

    @batched(key="id", graphql_type=str)
    def label(info: Info, before: str = "#") -> Ask[int, str]:  # noqa: N805
        return Ask(info.context.titles, lambda node, title: f"{before}{node.id} {title}")


@strawberry.type
class Query:
    @strawberry.field
    def node(self, id_: int = 1) -> Node:
        return Node(id=id_)


TREE = strawberry.Schema(Query, execution_context_class=CompiledExecutionContext)


async def walk(query: str, width: int = 3) -> tuple[Any, dict[str, list[list[int]]]]:
    """The data of a query, and what loaders were asked."""
    forest = Forest(width)
    result = await TREE.execute(query, context_value=forest)
    assert not result.errors
    return result.data, dict(forest.asked)

"""What a resolver is told of the field it answers: graphql-core's resolve info, each part found when asked for."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLObjectType, GraphQLOutputType
from graphql.pyutils import Path

from executor.plan import FieldPlan

if TYPE_CHECKING:
    from executor.run import Run
    from executor.work import Work


OURS = frozenset({"schema", "operation", "root_value"})


class ObjectInfo:
    """The info of one field of one object; its attributes are those of `GraphQLResolveInfo`."""

    __slots__ = ("_entry", "_index", "_run", "_work")

    def __init__(self, entry: FieldPlan, run: "Run", work: "Work", index: int | Callable[[], int]) -> None:
        self._entry = entry
        self._run = run
        self._work = work
        self._index = index

    @property
    def path(self) -> Path:
        """Where the field stands in the answer."""
        index = self._index() if callable(self._index) else self._index
        return Path(self._work.path(index), self._entry.response_name, self._entry.parent_type.name)

    @property
    def field_name(self) -> str:
        """The field's name in its type."""
        return self._entry.name

    @property
    def field_nodes(self) -> list[FieldNode]:
        """The selections that were merged."""
        return self._entry.nodes

    @property
    def return_type(self) -> GraphQLOutputType:
        """The field's type."""
        return self._entry.definition.type

    @property
    def parent_type(self) -> GraphQLObjectType:
        """The object's type."""
        return self._entry.parent_type

    @property
    def context(self) -> Any:
        """The operation's context value."""
        return self._run.execution.context_value

    @property
    def fragments(self) -> Any:
        """The document's fragments."""
        return self._run.execution.fragment_definitions

    @property
    def variable_values(self) -> dict[str, Any]:
        """The coerced variables."""
        return self._run.execution.variable_values.coerced

    def __getattr__(self, name: str) -> Any:
        # The rest is the execution's, or graphql-core's: is_awaitable, abort_signal, async_helpers, …
        execution = self._run.execution
        return getattr(execution if name in OURS else execution.executor, name)

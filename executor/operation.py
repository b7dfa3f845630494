"""Operations and their plans, kept for as long as they are in use."""

from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues

from executor.arguments import Variables
from executor.compile import Compiler, Uncompilable
from executor.plan import Plan
from executor.recent import Recent

MOST_PLANS = 16
MOST_OPERATIONS = 200


class Operation:
    """One operation of a document, with a plan for each outcome of its `@skip` and `@include`."""

    def __init__(
        self, schema: GraphQLSchema, node: OperationDefinitionNode, fragments: dict[str, FragmentDetails]
    ) -> None:
        self.schema = schema
        self.node = node
        self.variables = Variables(schema, node)
        self._plans: Recent[tuple[Any, ...], Plan] = Recent(MOST_PLANS)
        self.entries = 0
        # For who has it executed to keep here what they know of it.
        self.known: object = None
        self._compiler: Compiler | None = None
        self._reason = ""
        # Whatever else who keeps it knows of it, for as long as it is kept.
        self.note: Any = None
        try:
            self._compiler = Compiler(schema, node, fragments)
        except Uncompilable as refused:
            self._reason = str(refused)

    def plan(self, variables: VariableValues) -> Plan:
        """The plan for these variables; raises `Uncompilable`."""
        if self._compiler is None:
            raise Uncompilable(self._reason)
        outcome = tuple(variables.coerced.get(name) for name in self._compiler.condition_variables)
        plan = self._plans.use(outcome)
        if plan is not None:
            return plan
        if len(self._plans) == MOST_PLANS:  # compiling again and again would cost more than it spares
            raise Uncompilable("too many outcomes")
        try:
            plan = self._compiler.compile(variables)
        except Uncompilable as refused:
            self._compiler, self._reason = None, str(refused)
            raise
        except RecursionError:
            self._compiler, self._reason = None, "too deep"
            raise Uncompilable(self._reason) from None
        except GraphQLError:  # about these variables: `@include(if: null)`
            raise Uncompilable("an error") from None
        self._plans.keep(outcome, plan)
        self.entries += plan.entries
        return plan


class Operations:
    """The operations of documents that somebody else parses and keeps."""

    def __init__(self, most: int = MOST_OPERATIONS) -> None:
        self._operations: Recent[tuple[int, str | int, str | None], Operation] = Recent(most)

    def of(
        self, schema: GraphQLSchema, node: OperationDefinitionNode, fragments: dict[str, FragmentDetails]
    ) -> Operation:
        """The operation of a syntax tree. Trees of the same text are the same; schemas are known by identity."""
        text = node.loc.source.body if node.loc else id(node)
        key = (id(schema), text, node.name.value if node.name else None)
        operation = self._operations.use(key)
        if operation is None:
            operation = Operation(schema, node, fragments)
            self._operations.keep(key, operation)
        return operation

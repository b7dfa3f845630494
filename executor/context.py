"""The execution context that Strawberry is given: compiled where it can be, graphql-core's own where not."""

import asyncio
from typing import Any

from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from executor.compile import Uncompilable
from executor.execution import Execution, count
from executor.explain import Trace
from executor.operation import Operation, Operations
from executor.plan import Plan

_operations = Operations()


class CompiledExecutionContext(StrawberryGraphQLCoreExecutionContext):
    """Give it to `strawberry.Schema(execution_context_class=…)`.

    If the operation's context value has a method `planned`, it is called with the operation's `Plan`, whose `reads`
    says what is read of each type.
    """

    def execute_operation(self, serially: bool | None = None) -> Any:
        """Answer the operation; without an event loop (`execute_sync`) it is graphql-core's to answer."""
        try:
            plan = self._planned(_operations.of(self.schema, self.operation, self.fragments))
        except Uncompilable as refused:
            count(str(refused), None)
            return super().execute_operation(serially)
        execution = Execution(
            self.schema,
            self.operation,
            self.fragment_definitions,
            self.variable_values,
            self.root_value,
            self.context_value,
            lambda: self,
        )
        return execution.answer(plan)

    def _planned(self, operation: Operation) -> Plan:
        if not _loop_runs():
            raise Uncompilable("no event loop")
        if self.middleware_manager is not None and self.middleware_manager.middlewares:
            raise Uncompilable("middleware")
        if self.abort_signal is not None:
            raise Uncompilable("abort signal")
        return planned(operation, self.variable_values, self.context_value)


def planned(operation: Operation, variables: Any, context_value: Any) -> Plan:
    """The plan of an operation, of which the context value is told; raises `Uncompilable`."""
    plan = operation.plan(variables)
    tell = getattr(context_value, "planned", None)
    if tell is not None:
        tell(plan)
    return plan


def by_graphql_core(executor: StrawberryGraphQLCoreExecutionContext, reason: str, trace: Trace | None) -> Any:
    """The answer of graphql-core, which may have to be awaited, to what is not compiled."""
    count(reason, trace)
    return executor.execute_operation()


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True

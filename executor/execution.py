"""One execution of an operation, compiled, and the way back to graphql-core where something goes wrong."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import ExecutionResult, FragmentDefinitionNode, GraphQLError, OperationDefinitionNode, OperationType
from graphql.execution import MiddlewareManager
from graphql.execution.executor import Executor
from graphql.execution.values import VariableValues

from executor.explain import Trace
from executor.lazy import lazy
from executor.plan import Group, Plan
from executor.record import Recorder
from executor.run import Run
from executor.values import is_awaitable

COMPILED = "compiled"
FAILED = "an error"
# What a resolver answered was in order, but not what the executor can do: an async iterator as a list, …
UNEXPECTED = "unexpected"

# How many operations were answered, by `compiled` or by the reason why graphql-core answered; in this process.
outcomes: Counter[str] = Counter()


def count(outcome: str, trace: Trace | None) -> None:
    """Count an operation by what became of it."""
    outcomes[outcome] += 1
    if trace is not None:
        trace.began = True
        trace.reason = None if outcome == COMPILED else outcome


@dataclass(eq=False)
class Execution:
    """What one execution needs. graphql-core's own executor is only made if something asks for it."""

    schema: Any
    operation: OperationDefinitionNode
    fragment_definitions: dict[str, FragmentDefinitionNode]
    variable_values: VariableValues
    root_value: Any
    context_value: Any
    make_executor: Callable[[], Executor[Any]]
    trace: Trace | None = None

    @lazy
    def executor(self) -> Executor[Any]:
        """graphql-core's executor of the same operation, with what the caller gave it."""
        return self.make_executor()

    async def answer(self, plan: Plan) -> ExecutionResult:
        """The operation's answer."""
        data: dict[str, Any] = {}
        failed = nulled = False
        for group in plan.groups:
            recorder = Recorder() if self.operation.operation is OperationType.MUTATION else None
            run = Run(self, recorder)
            answer = await run.attempt(group.plan)
            if answer is None:
                failed = True
                try:
                    answer = await self._again(group, run, recorder)
                except GraphQLError as error:
                    self.executor.collected_errors.add(error, None)
                    nulled = True
                    break
            data.update(answer)
        errors = self.executor.collected_errors.errors if failed else []
        count(FAILED if errors else UNEXPECTED if failed else COMPILED, self.trace)
        return ExecutionResult(None if nulled else data, errors or None)

    async def _again(self, group: Group, run: Run, recorder: Recorder | None) -> dict[str, Any]:
        """The group's part of the data as graphql-core makes it, with errors and their nulls."""
        if recorder is not None:
            recorder.close()
        for loader in run.loaders.values():
            loader.again()
        executor = self.executor
        executor.middleware_manager = None if recorder is None else MiddlewareManager(recorder)
        try:
            data: Any = executor.execute_fields(group.plan.type, self.root_value, None, group.details, None)
            if is_awaitable(data):
                data = await data
        finally:
            executor.middleware_manager = None
        return dict(data)

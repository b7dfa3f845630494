"""Executing operations: the same for every transport. Documents, limits and tracing stand here once."""

from dataclasses import dataclass
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationType
from graphql.execution.values import VariableValues
from graphql.validation import specified_rules
from strawberry import Schema
from strawberry.schema.schema import validate_document

from executor import Documents
from executor.compile import Uncompilable
from executor.context import by_graphql_core, planned
from executor.documents import Document
from executor.explain import Trace
from executor.operation import Operation
from executor.values import is_awaitable
from schema.context import Context
from server.graphql_request import GraphQLRequest
from server.settings import Settings


class UnknownOperationError(Exception):
    """The document has no operation of the name that came."""


class ForbiddenOperationError(Exception):
    """The transport does not carry operations of this type."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation came to; `type` is None where the document was refused."""

    data: Any
    errors: list[GraphQLError]
    type: OperationType | None = None

    @property
    def ran(self) -> bool:
        """Whether the operation began; otherwise the document was refused."""
        return self.type is not None


class Operations:
    """Executes operations of one schema."""

    def __init__(self, schema: Schema, settings: Settings) -> None:
        self._schema = schema._schema  # noqa: SLF001  Strawberry has no other door to graphql-core's schema
        self._compiles = settings.executor == "compiled"
        self._documents = Documents(
            self._schema, lambda tree: validate_document(self._schema, tree, tuple(specified_rules))
        )

    def is_cached(self, text: str) -> bool:
        """Whether a document was seen lately."""
        return text in self._documents

    async def execute(
        self, request: GraphQLRequest, context: Context, allowed: frozenset[OperationType], trace: Trace | None = None
    ) -> Answer:
        """The answer to a request."""
        document = self._documents.get(request.query)
        if document.errors:
            return Answer(None, document.errors)
        operation = document.operation(request.operation_name)
        if operation is None and request.operation_name is None:
            # Which of them to run is the client's to say: the first may be the wrong one.
            message = "The document has several operations: name the one to run by `operationName`."
            return Answer(None, [GraphQLError(message)])
        if operation is None:
            raise UnknownOperationError
        if operation.node.operation not in allowed:
            raise ForbiddenOperationError(operation.node.operation.value)
        result = await self._run(document, operation, request.variables or {}, context, trace)
        return Answer(result.data, result.errors or [], operation.node.operation)

    async def _run(
        self, document: Document, operation: Operation, variables: dict[str, Any], context: Context, trace: Trace | None
    ) -> ExecutionResult:
        values = operation.variables.coerced(variables)
        if isinstance(values, list):
            return ExecutionResult(None, values)
        return await _all_of(self._begun(document, operation, values, context, trace))

    def _begun(
        self, document: Document, operation: Operation, variables: VariableValues, context: Context, trace: Trace | None
    ) -> Any:
        """The operation's answer, which may have to be awaited."""
        reason = "switched off"
        if self._compiles:
            try:
                plan = planned(operation, variables, context)
                return document.execution(operation, variables, context, trace).answer(plan)
            except Uncompilable as refused:
                reason = str(refused)
        return by_graphql_core(document.reference(operation, variables, context), reason, trace)


async def _all_of(result: Any) -> ExecutionResult:
    answer: ExecutionResult = await result if is_awaitable(result) else result
    return answer

"""Executing operations: the same for every transport. Documents, limits and tracing stand here once."""

from collections.abc import AsyncIterable
from dataclasses import dataclass
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationType, create_source_event_stream
from graphql.execution.values import VariableValues
from strawberry import Schema

from executor import Documents
from executor.compile import Uncompilable
from executor.context import by_graphql_core, planned
from executor.documents import Document
from executor.explain import Trace
from executor.operation import Operation
from executor.values import is_awaitable
from schema.context import Context
from server.graphql_request import GraphQLRequest
from server.limits.cost import Formula, formula
from server.limits.reading import Reading
from server.limits.refusals import Limit
from server.limits.suggestions import without_suggestions
from server.refusals import BadRequestError
from server.settings import Settings

COSTS = "The operation costs {value:,}"
CHEAPER = " Ask for smaller pages, or for fewer lists in lists."


class UnknownOperationError(BadRequestError):
    """The document has no operation of the name that came."""

    def __init__(self) -> None:
        super().__init__("`operationName` must name one of the document's operations.")


class ForbiddenOperationError(Exception):
    """The transport does not carry operations of this type."""

    def __init__(self, type_: OperationType) -> None:
        super().__init__(type_.value)
        self.type = type_


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation came to; `type` is None where the document was refused.

    `written` is the place in the database's log of what it is about, where reads may be behind that.
    """

    data: Any
    errors: list[GraphQLError]
    type: OperationType | None = None
    written: int | None = None

    @property
    def ran(self) -> bool:
        """Whether the operation began; otherwise the document was refused."""
        return self.type is not None


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation of a valid document, with its variables and its cost; whether the document was seen lately."""

    document: Document
    operation: Operation
    variables: VariableValues
    was_known: bool
    cost: int

    @property
    def type(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.operation.node.operation


class Operations:
    """Executes operations of one schema."""

    def __init__(self, schema: Schema, settings: Settings) -> None:
        self._schema = schema._schema  # noqa: SLF001  Strawberry has no other door to graphql-core's schema
        self._settings = settings
        self._compiles = settings.executor == "compiled"
        self._suggests = settings.suggestions == "on"
        # What is more than a minute's budget could never be paid for.
        by_budget = settings.cost_per_minute is not None and settings.cost_per_minute < settings.max_cost
        self._cost = Limit("cost", COSTS, "cost_per_minute" if by_budget else "max_cost")
        self.most_cost = min(settings.max_cost, settings.cost_per_minute or settings.max_cost)
        reading = Reading(self._schema, settings)
        self._documents = Documents(self._schema, reading.validate, reading.parse)

    def prepare(self, text: str, request: GraphQLRequest, allowed: frozenset[OperationType]) -> Prepared | Answer:
        """The operation of a document that a request is for, ready to be executed; or why it is refused."""
        was_known = text in self._documents
        document = self._documents.get(text)
        if document.errors:
            return Answer(None, self._shown(document.errors))
        operation = document.operation(request.operation_name)
        if operation is None and request.operation_name is None:
            # Which of them to run is the client's to say: the first may be the wrong one.
            message = "The document has several operations: name the one to run by `operationName`."
            return Answer(None, [GraphQLError(message)])
        if operation is None:
            raise UnknownOperationError
        if operation.node.operation not in allowed:
            raise ForbiddenOperationError(operation.node.operation)
        variables = operation.variables.coerced(request.variables or {})
        if isinstance(variables, list):
            return Answer(None, self._shown(variables), operation.node.operation)
        cost = self._formula(document, operation).value(variables.coerced)
        if cost > self.most_cost:
            return Answer(None, [self._cost.exceeded(cost, self.most_cost, hint=CHEAPER)])
        return Prepared(document, operation, variables, was_known, cost)

    def _formula(self, document: Document, operation: Operation) -> Formula:
        known: Formula | None = operation.note
        if known is None:
            fragments, largest = document.fragment_definitions, self._settings.max_page_size
            known = operation.note = formula(self._schema, operation.node, fragments, largest)
        return known

    def _shown(self, errors: list[GraphQLError] | None) -> list[GraphQLError]:
        if not errors or self._suggests:
            return errors or []
        return [without_suggestions(error) for error in errors]

    async def execute(self, prepared: Prepared, context: Context, trace: Trace | None = None) -> Answer:
        """The answer to a query or a mutation."""
        await context.begin(prepared.document.text)
        result = await _all_of(self._begun(prepared, context, trace))
        return Answer(result.data, self._shown(result.errors), prepared.type)

    async def source(self, prepared: Prepared, context: Context) -> AsyncIterable[Any] | Answer:
        """What a subscription hears of, each to be given to `event`; or why there is nothing to hear."""
        reference = prepared.document.reference(prepared.operation, prepared.variables, context)
        source: Any = create_source_event_stream(reference)
        if is_awaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            return Answer(None, self._shown(source.errors), prepared.type)
        events: AsyncIterable[Any] = source
        return events

    async def event(self, prepared: Prepared, context: Context, event: Any) -> Answer:
        """What a subscription answers to something that it heard of."""
        result = await _all_of(self._begun(prepared, context, None, event))
        return Answer(result.data, self._shown(result.errors), prepared.type)

    def _begun(self, prepared: Prepared, context: Context, trace: Trace | None, root_value: Any = None) -> Any:
        """The operation's answer, which may have to be awaited."""
        document, operation, variables = prepared.document, prepared.operation, prepared.variables
        reason = "switched off"
        if self._compiles:
            try:
                plan = planned(operation, variables, context)
                return document.execution(operation, variables, context, trace, root_value=root_value).answer(plan)
            except Uncompilable as refused:
                reason = str(refused)
        return by_graphql_core(document.reference(operation, variables, context, root_value=root_value), reason, trace)


async def _all_of(result: Any) -> ExecutionResult:
    answer: ExecutionResult = await result if is_awaitable(result) else result
    return answer

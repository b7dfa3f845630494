"""GraphQL for viewers, and for who does not say who they are: the same by every transport."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from graphql import GraphQLError, OperationType
from strawberry import Schema

from database.reader import Reader
from schema.context import Context
from schema.cursor import Cursors
from server.answers import fault, to_json, told_in_stream
from server.auth import ANONYMOUS
from server.caller import Caller
from server.explain import Explanation
from server.for_everybody import ForEverybody
from server.graphql_request import GraphQLRequest
from server.limits.budget import Budget
from server.limits.deadline import Deadlines, Left
from server.limits.refusals import OperationTimeoutError
from server.operations import Answer, Operations, Prepared
from server.refusals import RefusalError
from server.resources import Resources
from server.settings import Settings
from server.subscriptions import Subscriptions
from server.telemetry.telemetry import Telemetry
from server.trusted_documents import TrustedDocuments
from server.unavailable import require_served, unavailability_refused
from server.written import Writes

logger = logging.getLogger(__name__)

# The event loop itself refers to its tasks weakly.
_mutations: set[asyncio.Task[Answer | RefusalError]] = set()


class GraphQLService:
    """Answers the operations of one schema."""

    def __init__(self, schema: Schema, resources: Resources, settings: Settings, telemetry: Telemetry) -> None:
        self._operations = Operations(schema, settings)
        self._documents = TrustedDocuments(resources.database, settings.trusted_documents)
        self.writes = Writes(resources.database.replicas, settings)
        self._for_everybody = ForEverybody(schema, self._documents, settings)
        self._deadlines = Deadlines()
        self._subscriptions = Subscriptions(self._operations, self._context, self.writes, self._deadlines, settings)
        self._budget = None if settings.cost_per_minute is None else Budget(settings.cost_per_minute)
        self._resources = resources
        self.admission = resources.admission
        self.stopping = resources.stopping
        self._settings = settings
        self._telemetry = telemetry

    async def prepare(
        self, asked: GraphQLRequest, allowed: frozenset[OperationType], caller: Caller
    ) -> Prepared | Answer:
        """The operation that is asked for, ready to be executed; or what is wrong with it.

        Raises `RefusalError` where the caller may not have it, and `ForbiddenOperationError`.
        """
        if caller.identity is ANONYMOUS:
            return self._for_everybody.prepare(asked)
        try:
            text = self._documents.at_hand(asked) or await self._found(asked, caller)
        except GraphQLError as refused:
            return Answer(None, [refused])
        prepared = self._operations.prepare(text, asked, allowed)
        if isinstance(prepared, Prepared):
            if prepared.type is OperationType.SUBSCRIPTION:
                self._subscriptions.require_room(caller.viewer)
            if self._budget is not None:
                self._budget.require(caller.viewer, prepared.cost)
            self._resources.usage.count(caller.client, prepared)
            self._telemetry.prepared(prepared, by_id=asked.sha256 is not None)
        return prepared

    async def _found(self, asked: GraphQLRequest, caller: Caller) -> str:
        """The document that the database has: to ask for it is work like any other."""
        seconds = self._settings.operation_timeout_seconds
        with unavailability_refused():
            async with self.admission:
                return await self._deadlines.in_time(self._documents.find(asked, caller.client), seconds)

    def cost(self, prepared: Prepared, caller: Caller) -> dict[str, Any]:
        """What an operation costs, beside what it might, for who wants to know."""
        budget = None if self._budget is None else self._budget.state(caller.viewer)
        return {"cost": prepared.cost, "maximum": self._operations.most_cost, "budget": budget}

    async def answer(
        self, prepared: Prepared, caller: Caller, explanation: Explanation | None = None, left: Left | None = None
    ) -> Answer:
        """The answer to a query or a mutation; `left` returns when the client has left.

        Raises `OperationTimeoutError` where it takes too long, `UnavailableError` where it can't be had now, and
        `ClientGoneError`.
        """
        seconds = self._settings.operation_timeout_seconds
        work = self._answer(prepared, caller, explanation)
        if prepared.type is OperationType.MUTATION:
            try:
                return await _mutated(work, seconds)
            except (RefusalError, asyncio.CancelledError) as error:
                if not isinstance(error, RefusalError) or error.may_be_done:
                    self.writes.lost(caller.viewer)
                raise
        return await self._deadlines.in_time(work, seconds, left)

    async def _answer(self, prepared: Prepared, caller: Caller, explanation: Explanation | None) -> Answer:
        reads_only = prepared.type is OperationType.QUERY
        async with self.admission, self._reader(caller, reads_only=reads_only) as reader:
            self._spend(prepared, caller)
            context = self._context_of(reader)
            try:
                with unavailability_refused(context):
                    if explanation is None:
                        answer = await self._operations.execute(prepared, context)
                    else:
                        answer = await explanation.of_operation(self._operations, prepared, context)
                if answer.errors:
                    require_served(answer, context)
                return answer if reads_only else await self.writes.noted(answer, reader)
            finally:
                context.close()

    def _spend(self, prepared: Prepared, caller: Caller) -> None:
        if self._budget is not None and caller.identity is not ANONYMOUS:
            self._budget.spend(caller.viewer, prepared.cost)

    def _reader(self, caller: Caller, *, reads_only: bool) -> Reader:
        database = self._resources.database
        if reads_only:
            return database.replica_reader(caller.viewer, caller.written)
        return database.reader(caller.viewer)

    async def answers(self, prepared: Prepared | Answer, caller: Caller) -> AsyncGenerator[bytes]:
        """The bodies of all answers to an operation of any type: one, or those of a subscription.

        They raise `EventsStoppedError` when the server stops, and `UnavailableError` where they can't be had now.
        """
        if isinstance(prepared, Prepared) and prepared.type is OperationType.SUBSCRIPTION:
            self._spend(prepared, caller)
            return self._telemetry.stream(await self._subscriptions.stream(prepared, caller))
        return self._only_answer(prepared, caller)

    async def _only_answer(self, prepared: Prepared | Answer, caller: Caller) -> AsyncGenerator[bytes]:
        try:
            answer = prepared if isinstance(prepared, Answer) else await self.answer(prepared, caller)
            body = told_in_stream(answer, caller.request_id)
        except RefusalError as refused:
            self._telemetry.told(refused.body)
            raise
        except Exception:
            logger.exception("request %s failed", caller.request_id)
            body = fault(caller.request_id)
        self._telemetry.told(body)
        yield to_json(body)

    @asynccontextmanager
    async def _context(self, viewer: UUID) -> AsyncIterator[Context]:
        async with self._resources.database.reader(viewer) as reader:
            context = self._context_of(reader)
            try:
                yield context
            finally:
                context.close()

    def _context_of(self, reader: Reader) -> Context:
        return Context(
            viewer=reader.viewer,
            reader=reader,
            database=self._resources.database,
            storage=self._resources.storage,
            job_events=self._resources.job_events,
            cursors=Cursors(self._settings.secret, reader.viewer),
            largest_upload=self._settings.max_upload_bytes,
            max_page_size=self._settings.max_page_size,
        )


async def _mutated(work: Coroutine[Any, Any, Answer], seconds: float) -> Answer:
    """What a mutation comes to, which goes on without its client: half done it would be of use to nobody.

    When the time is over it is cancelled, but not waited for: a commit that has begun is brought to its end.
    """
    task = asyncio.create_task(_outcome(work))
    _mutations.add(task)
    timer = asyncio.get_running_loop().call_later(seconds, task.cancel)

    def ended(_: object) -> None:
        timer.cancel()
        _mutations.discard(task)

    task.add_done_callback(ended)
    done, _ = await asyncio.wait((task,), timeout=seconds)
    if not done or task.cancelled():
        raise OperationTimeoutError(seconds, is_mutation=True)
    outcome = task.result()
    if isinstance(outcome, RefusalError):
        raise outcome
    return outcome


async def _outcome(work: Coroutine[Any, Any, Answer]) -> Answer | RefusalError:
    try:
        return await work
    except RefusalError as refused:
        return refused  # nobody may be left to whom it could be raised

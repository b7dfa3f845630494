"""GraphQL for viewers who have said who they are: the same by every transport."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from graphql import GraphQLError, OperationType
from strawberry import Schema

from database.reader import Reader
from schema.context import Context
from schema.cursor import Cursors
from server.answers import fault, to_json, told
from server.caller import Caller
from server.explain import Explanation
from server.graphql_request import GraphQLRequest
from server.operations import Answer, Operations, Prepared
from server.refusals import RefusalError
from server.resources import Resources
from server.settings import Settings
from server.subscriptions import Subscriptions
from server.trusted_documents import TrustedDocuments
from server.unavailable import require_served, unavailability_refused

logger = logging.getLogger(__name__)


class GraphQLService:
    """Answers the operations of one schema."""

    def __init__(self, schema: Schema, resources: Resources, settings: Settings) -> None:
        self._operations = Operations(schema, settings)
        self._documents = TrustedDocuments(resources.database, settings.trusted_documents)
        self._subscriptions = Subscriptions(self._operations, self._context)
        self._resources = resources
        self.admission = resources.admission
        self.stopping = resources.stopping
        self._settings = settings

    async def prepare(
        self, asked: GraphQLRequest, allowed: frozenset[OperationType], caller: Caller
    ) -> Prepared | Answer:
        """The operation that is asked for, ready to be executed; or what is wrong with it.

        Raises `RefusalError` where the caller may not have it, and `ForbiddenOperationError`.
        """
        try:
            with unavailability_refused():
                text = self._documents.at_hand(asked) or await self._documents.find(asked, caller.client)
        except GraphQLError as refused:
            return Answer(None, [refused])
        prepared = self._operations.prepare(text, asked, allowed)
        if isinstance(prepared, Prepared):
            self._resources.usage.count(caller.client, prepared)
        return prepared

    async def answer(self, prepared: Prepared, caller: Caller, explanation: Explanation | None = None) -> Answer:
        """The answer to a query or a mutation; raises `UnavailableError` where it can't be had now."""
        async with self.admission, self._resources.database.reader(caller.viewer) as reader:
            context = self._context_of(reader)
            try:
                with unavailability_refused(context):
                    if explanation is None:
                        answer = await self._operations.execute(prepared, context)
                    else:
                        answer = await explanation.of_operation(self._operations, prepared, context)
                return require_served(answer, context) if answer.errors else answer
            finally:
                context.close()

    async def answers(self, prepared: Prepared | Answer, caller: Caller) -> AsyncGenerator[bytes]:
        """The bodies of all answers to an operation of any type: one, or those of a subscription.

        They raise `EventsStoppedError` when the server stops, and `UnavailableError` where they can't be had now.
        """
        if isinstance(prepared, Prepared) and prepared.type is OperationType.SUBSCRIPTION:
            return await self._subscriptions.stream(prepared, caller)
        return self._only_answer(prepared, caller)

    async def _only_answer(self, prepared: Prepared | Answer, caller: Caller) -> AsyncGenerator[bytes]:
        try:
            answer = prepared if isinstance(prepared, Answer) else await self.answer(prepared, caller)
            yield to_json(told(answer, caller.request_id))
        except RefusalError:
            raise
        except Exception:
            logger.exception("request %s failed", caller.request_id)
            yield to_json(fault(caller.request_id))

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

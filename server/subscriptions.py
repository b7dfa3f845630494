"""Subscriptions: what is heard of, answered once for all who asked the same."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, contextmanager
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from graphql import VariableNode
from graphql.language import Visitor, visit

from schema.context import Context
from server.answers import fault, refusal, to_json, told, told_in_stream
from server.caller import Caller
from server.limits.deadline import Deadlines
from server.limits.refusals import OperationTimeoutError, too_many_subscriptions
from server.limits.slots import Slots
from server.operations import Answer, Operations, Prepared
from server.refusals import RefusalError
from server.selections import root_fields
from server.settings import Settings
from server.unavailable import require_served, unavailability_refused
from server.written import Writes
from services.job_events import EventsStoppedError, FollowerTooSlowError, ForgottenEventsError

logger = logging.getLogger(__name__)

Contexts = Callable[[UUID], AbstractAsyncContextManager[Context]]

# Answers that a group keeps for those of its members who have not come so far.
MOST_ANSWERS = 64

# The argument that says where a stream begins. It has no part in what is answered to an event.
BEGINNING = "after"

CODES = {FollowerTooSlowError: "TOO_SLOW", ForgottenEventsError: "EVENTS_FORGOTTEN"}


class Group:
    """Subscriptions of one viewer to the same: each event is answered once."""

    def __init__(self, answered: Callable[[Any], Awaitable[Answer]]) -> None:
        self.members = 0
        self._answered = answered
        # By the identity of the event, which is kept beside its answer so that no other can have it.
        self._answers: dict[int, tuple[Any, asyncio.Task[bytes | RefusalError]]] = {}

    async def answer(self, event: Any, request_id: str) -> bytes:
        """The body of the answer to an event; raises `UnavailableError` where the database does not serve."""
        known = self._answers.get(id(event))
        if known is None:
            # In a task of its own, because whoever asks first may leave first.
            known = event, asyncio.create_task(self._answer(event, request_id))
            self._answers[id(event)] = known
            if len(self._answers) > MOST_ANSWERS:
                del self._answers[next(iter(self._answers))]
        task = known[1]
        answer = task.result() if task.done() else await asyncio.shield(task)
        if isinstance(answer, RefusalError):
            raise answer
        return answer

    async def _answer(self, event: Any, request_id: str) -> bytes | RefusalError:
        try:
            return to_json(told_in_stream(await self._answered(event), request_id))
        except OperationTimeoutError as refused:
            return to_json(refused.body)  # the next event may be quicker
        except RefusalError as refused:
            return refused  # nobody may be left to whom it could be raised
        except Exception:
            logger.exception("request %s failed at an event", request_id)
            return to_json(fault(request_id))


class Subscriptions:
    """All subscriptions of a process."""

    def __init__(
        self, operations: Operations, contexts: Contexts, writes: Writes, deadlines: Deadlines, settings: Settings
    ) -> None:
        self._writes = writes
        self._deadlines = deadlines
        self._operations = operations
        self._contexts = contexts
        self._seconds = settings.operation_timeout_seconds
        self._slots = Slots(settings.max_subscriptions_per_viewer, too_many_subscriptions)
        self._groups: dict[Hashable, Group] = {}

    def require_room(self, viewer: UUID) -> None:
        """Raise `TooManyOpenError` where a viewer has as many subscriptions as they may have."""
        self._slots.require(viewer)

    async def stream(self, prepared: Prepared, caller: Caller) -> AsyncGenerator[bytes]:
        """The bodies of a subscription's answers, from what happens once this has returned, or from its cursor.

        The last body says why, where they do not end as they should; they raise `EventsStoppedError` when the server
        stops, and `UnavailableError` where the database does not serve.
        """
        try:
            source: Any = await self._deadlines.in_time(self._source(prepared, caller.viewer), self._seconds)
        except RefusalError:
            raise
        except Exception:
            logger.exception("request %s failed", caller.request_id)
            return _only(fault(caller.request_id))
        if isinstance(source, Answer):
            return _only(told(source, caller.request_id))
        return self._answers(source, prepared, caller)

    async def _event(self, prepared: Prepared, viewer: UUID, event: Any) -> Answer:
        return await self._deadlines.in_time(self._answer(prepared, viewer, event), self._seconds)

    async def _answer(self, prepared: Prepared, viewer: UUID, event: Any) -> Answer:
        # With a context of its own, so that nothing is shown as it was at an earlier event.
        with unavailability_refused():
            async with self._contexts(viewer) as context:
                answer = require_served(await self._operations.event(prepared, context, event))
                # Whoever hears of it and asks then is not to be told what was before.
                return await self._writes.noted(answer, context.reader)

    async def _source(self, prepared: Prepared, viewer: UUID) -> Any:
        with unavailability_refused():
            async with self._contexts(viewer) as context:
                source = await self._operations.source(prepared, context)
                return require_served(source) if isinstance(source, Answer) else source

    async def _answers(self, source: AsyncGenerator[Any], prepared: Prepared, caller: Caller) -> AsyncGenerator[bytes]:
        try:
            # Taken here, and not where there was room before, because here it is given back whatever happens.
            async with aclosing(source) as events:
                with (
                    unavailability_refused(),
                    self._slots.held(caller.viewer),
                    self._group(prepared, caller.viewer) as group,
                ):
                    async for event in events:
                        yield await group.answer(event, caller.request_id)
        except (FollowerTooSlowError, ForgottenEventsError) as error:
            yield to_json(refusal(f"{error} {error.hint}", CODES[type(error)]))
        except (EventsStoppedError, RefusalError):
            raise
        except Exception:
            logger.exception("request %s failed", caller.request_id)
            yield to_json(fault(caller.request_id))

    @contextmanager
    def _group(self, prepared: Prepared, viewer: UUID) -> Iterator[Group]:
        key = _identity(prepared, viewer)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(partial(self._event, prepared, viewer))
        group.members += 1
        try:
            yield group
        finally:
            group.members -= 1
            if group.members == 0:
                del self._groups[key]


async def _only(body: dict[str, Any]) -> AsyncGenerator[bytes]:
    yield to_json(body)


def _identity(prepared: Prepared, viewer: UUID) -> Hashable:
    """What two subscriptions have in common that are answered the same: all but where they begin."""
    name = prepared.operation.node.name
    beginning = _beginning_variables(prepared)
    variables = {name: value for name, value in prepared.variables.coerced.items() if name not in beginning}
    written = orjson.dumps(variables, option=orjson.OPT_SORT_KEYS, default=str)
    return viewer, prepared.document.text, name and name.value, written


def _beginning_variables(prepared: Prepared) -> set[str]:
    """Variables that stand nowhere but where a subscription's field says where it begins."""
    node, fragments = prepared.operation.node, prepared.document.fragment_definitions
    fields = root_fields(node.selection_set, dict(fragments))
    arguments = [argument for field in fields for argument in field.arguments or ()]
    values = [argument.value for argument in arguments if argument.name.value == BEGINNING]
    names = [value.name.value for value in values if isinstance(value, VariableNode)]
    uses = _Uses()
    for definition in (node, *fragments.values()):
        visit(definition, uses)
    # Besides, there is where it is declared.
    return {name for name in names if uses.names.count(name) == names.count(name) + 1}


class _Uses(Visitor):
    """The variables of a syntax tree, as often as they occur."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        """Note a variable."""
        self.names.append(node.name.value)

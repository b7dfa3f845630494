"""GraphQL over HTTP: an ASGI application from a request's bytes to its answer's, with nothing in between."""

import asyncio
import logging
from hashlib import blake2b
from http import HTTPStatus
from typing import Any

from graphql import OperationType
from starlette.types import Receive, Scope, Send

from server.answers import fault, to_json, told
from server.auth import Authenticator
from server.caller import Caller, new_request_id
from server.explain import Explanation
from server.graphql_request import (
    RESPONSE_JSON,
    ClientGoneError,
    GraphQLRequest,
    HTTPRequest,
)
from server.operations import Answer, ForbiddenOperationError, Prepared
from server.refusals import BadRequestError, RefusalError, UnavailableError
from server.service import GraphQLService
from server.settings import Settings
from server.sse import send_events
from server.unavailable import MAY_BE_DONE

logger = logging.getLogger(__name__)

# GET is for reading: a link or an image must not be able to change anything.
ALLOWED = {
    "GET": frozenset({OperationType.QUERY}),
    "POST": frozenset({OperationType.QUERY, OperationType.MUTATION}),
}
LIVE = frozenset({OperationType.SUBSCRIPTION})


class GraphQLEndpoint:
    """Answers POST and GET requests on `/graphql`."""

    def __init__(self, service: GraphQLService, authenticator: Authenticator, settings: Settings) -> None:
        self._service = service
        self._authenticator = authenticator
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Authenticate, read, execute, answer."""
        request, request_id = HTTPRequest(scope, receive), new_request_id()
        headers = [(b"x-request-id", request_id.encode())]
        try:
            self._service.admission.require_room()  # before anything else: to refuse must cost next to nothing
            identity = await self._authenticator.identify(request.header(b"authorization"))
            caller = Caller(identity, request.client, request_id)
            asked = await request.operation()
            prepared = await self._prepared(request, asked, caller)
            if _is_streamed(request, prepared):
                bodies = await self._service.answers(prepared, caller)
                await send_events(bodies, scope, receive, send, headers, expires=identity.expires)
                return
            explanation = Explanation.of(request, identity, self._settings)
            body = await self._answer(prepared, caller, explanation)
            # The operation never ran. Clients that know only application/json expect 200 here.
            status = 400 if "data" not in body and request.accepted == RESPONSE_JSON else 200
        except RefusalError as refused:
            status, body = refused.status, refused.body
            headers.extend(refused.headers)
        except ClientGoneError:
            return
        except asyncio.CancelledError:
            if not self._service.stopping.begun.is_set():
                raise
            stops = UnavailableError(f"The server stops. {MAY_BE_DONE}")
            status, body = stops.status, stops.body
            headers.extend(stops.headers)
        except Exception:
            logger.exception("request %s failed", request_id)
            status, body = 500, fault(request_id)
        content = to_json(body)
        if request.method == "GET" and "errors" not in body:
            status, content = _revalidated(request, content, headers)
        await _send(send, status, headers, request.accepted, content)

    async def _answer(
        self,
        answer: Prepared | Answer,
        caller: Caller,
        explanation: Explanation | None,
    ) -> dict[str, Any]:
        """The body of the answer to a query or a mutation."""
        if isinstance(answer, Answer):
            return told(answer, caller.request_id)
        body = told(await self._service.answer(answer, caller, explanation), caller.request_id)
        if explanation is not None and (explained := explanation.told(cached=answer.was_known)) is not None:
            body["extensions"] = {"explain": explained}
        return body

    async def _prepared(self, request: HTTPRequest, asked: GraphQLRequest, caller: Caller) -> Prepared | Answer:
        """The operation asked for, if it may come by this method."""
        allowed = ALLOWED[request.method]
        try:
            allowed = allowed | LIVE if request.accepts_events else allowed
            return await self._service.prepare(asked, allowed, caller)
        except ForbiddenOperationError as error:
            if error.type is OperationType.SUBSCRIPTION:
                message = "Subscriptions are answered by a stream: send Accept: text/event-stream, or use a WebSocket."
                raise BadRequestError(message, 406) from None
            raise BadRequestError(f"{error}s are not allowed when using {request.method}.", 405) from None


def _is_streamed(request: HTTPRequest, prepared: Prepared | Answer) -> bool:
    """Subscriptions are; what has one answer only for a client that takes nothing else."""
    live = isinstance(prepared, Prepared) and prepared.type is OperationType.SUBSCRIPTION
    return request.accepts_events and (live or not request.accepts_json)


def _revalidated(request: HTTPRequest, content: bytes, headers: list[tuple[bytes, bytes]]) -> tuple[int, bytes]:
    """The status and the content of an answer that a cache may keep for its viewer, and must ask for again."""
    tag = f'"{blake2b(content, digest_size=16).hexdigest()}"'
    headers += [
        (b"etag", tag.encode()),
        (b"cache-control", b"private, no-cache"),
        (b"vary", b"Accept, Authorization"),
    ]
    known = {one.strip().removeprefix("W/") for one in (request.header(b"if-none-match") or "").split(",")}
    return (HTTPStatus.NOT_MODIFIED, b"") if known & {tag, "*"} else (HTTPStatus.OK, content)


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], media_type: str, body: bytes) -> None:
    if status != HTTPStatus.NOT_MODIFIED:
        headers.append((b"content-type", f"{media_type}; charset=utf-8".encode()))
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

"""GraphQL over HTTP: an ASGI application from a request's bytes to its answer's, with nothing in between."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from hashlib import blake2b
from http import HTTPStatus
from typing import Any

from graphql import OperationType
from starlette.types import Receive, Scope, Send

from server.answers import fault, to_json, told
from server.auth import ANONYMOUS, Authenticator
from server.auth.refusals import NoTokenError
from server.caller import Caller
from server.compression import SMALLEST, compressed
from server.explain import Explanation
from server.for_everybody import MOST_BYTES
from server.graphql_request import GraphQLRequest
from server.http_request import ClientGoneError, HTTPRequest
from server.negotiation import JSON, RESPONSE_JSON
from server.operations import Answer, ForbiddenOperationError, Prepared
from server.refusals import BadRequestError, MethodNotAllowedError, RefusalError
from server.service import GraphQLService
from server.settings import Settings
from server.sse import send_events
from server.telemetry.observed import Observed
from server.telemetry.telemetry import Telemetry
from server.unavailable import stops

logger = logging.getLogger(__name__)

# GET is for reading: a link or an image must not be able to change anything.
ALLOWED = {
    "GET": frozenset({OperationType.QUERY}),
    "POST": frozenset({OperationType.QUERY, OperationType.MUTATION}),
}
LIVE = frozenset({OperationType.SUBSCRIPTION})
# `1` asks for `extensions.cost`.
COST_HEADER = b"x-reelgraph-cost"
TYPES = {kind: f"{kind}; charset=utf-8".encode() for kind in (JSON, RESPONSE_JSON)}
# On every answer, lest a cache give one to who does not take it.
VARY = (b"vary", b"Accept, Accept-Encoding, Authorization")


class GraphQLEndpoint:
    """Answers POST and GET requests on `/graphql`."""

    def __init__(
        self, service: GraphQLService, authenticator: Authenticator, settings: Settings, telemetry: Telemetry
    ) -> None:
        self._service = service
        self._authenticator = authenticator
        self._settings = settings
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Authenticate, read, execute, answer."""
        request = HTTPRequest(scope, receive, self._settings.max_body_bytes)
        given = request.only(b"x-request-id"), request.only(b"traceparent")
        with Observed(self._telemetry, "http", *given) as observed:
            await self._respond(request, observed, scope, receive, send)

    async def _respond(
        self, request: HTTPRequest, observed: Observed, scope: Scope, receive: Receive, send: Send
    ) -> None:
        headers = [(b"x-request-id", observed.request_id.encode()), VARY]
        stream: tuple[AsyncGenerator[bytes], float] | None = None
        status, body = 200, {}
        try:
            caller = await self._caller(request, observed)
            explanation = Explanation.of(request, caller.identity, self._settings)
            prepared = await self._asked(request, caller)
            if _is_streamed(request, prepared):
                observed.transport = "sse"
                stream = await self._service.answers(prepared, caller), caller.identity.expires
            else:
                body = await self._answer(request, prepared, caller, explanation, headers)
                # The operation never ran. Clients that know only application/json expect 200 here.
                status = 400 if "data" not in body and request.accepted.json == RESPONSE_JSON else 200
        except RefusalError as refused:
            status, body = self._refused(refused, headers)
        except ClientGoneError:
            raise
        except asyncio.CancelledError:
            if not self._service.stopping.begun.is_set():
                raise
            status, body = self._refused(stops(), headers)
        except Exception:
            logger.exception("request %s failed", observed.request_id)
            status, body = 500, fault(observed.request_id)
        if stream is not None:
            # Past the handlers: once it has begun, a status can tell nothing any more.
            await send_events(stream[0], scope, receive, send, headers, expires=stream[1])
            return
        observed.told(body, status)
        content = to_json(body)
        if request.method == "GET" and "errors" not in body:
            status, content = _revalidated(request, content, headers)
        await _send(send, status, headers, request, content)

    def _refused(self, refused: RefusalError, headers: list[tuple[bytes, bytes]]) -> tuple[int, dict[str, Any]]:
        """Status and body of a refusal; what it says by headers is added to those."""
        headers += refused.headers
        if refused.may_be_done:
            headers += self._service.writes.headers_where_lost()  # whoever looks is to see it
        return refused.status, refused.body

    async def _caller(self, request: HTTPRequest, observed: Observed) -> Caller:
        """Who asks, if there is room for them and they may be answered."""
        self._service.admission.require_room()  # before anything else: to refuse must cost next to nothing
        request.require_method()
        observed.client = request.client
        identity = await self._authenticator.identify(request.header(b"authorization"))
        request.require_answerable()
        caller = observed.caller = Caller(identity, observed.client, observed.request_id, request.written)
        return caller

    async def _asked(self, request: HTTPRequest, caller: Caller) -> Prepared | Answer:
        """What they ask for."""
        if caller.identity is ANONYMOUS:
            return await self._public(request, caller)
        return await self._prepared(request, await request.operation(), caller)

    async def _answer(
        self,
        request: HTTPRequest,
        prepared: Prepared | Answer,
        caller: Caller,
        explanation: Explanation | None,
        headers: list[tuple[bytes, bytes]],
    ) -> dict[str, Any]:
        """The body of the answer to a query or a mutation; what it says by headers is added to those."""
        if isinstance(prepared, Answer):
            return told(prepared, caller.request_id)
        answer = await self._service.answer(prepared, caller, explanation, request.left)
        if answer.written is not None:
            headers += self._service.writes.headers(answer.written)
        body = told(answer, caller.request_id)
        extensions = {}
        if explanation is not None and (explained := explanation.told(cached=prepared.was_known)) is not None:
            extensions["explain"] = explained
        if request.only(COST_HEADER) == "1":
            extensions["cost"] = self._service.cost(prepared, caller)
        if extensions:
            body["extensions"] = extensions
        return body

    async def _public(self, request: HTTPRequest, caller: Caller) -> Prepared | Answer:
        """The operation of somebody unknown, of whom not much is read. First of all they are to say who they are."""
        try:
            return await self._prepared(request, await request.operation(MOST_BYTES), caller)
        except BadRequestError:
            raise NoTokenError from None

    async def _prepared(self, request: HTTPRequest, asked: GraphQLRequest, caller: Caller) -> Prepared | Answer:
        """The operation asked for, if it may come by this method."""
        allowed = ALLOWED[request.method]
        try:
            allowed = allowed | LIVE if request.accepted.events else allowed
            return await self._service.prepare(asked, allowed, caller)
        except ForbiddenOperationError as error:
            if error.type is OperationType.SUBSCRIPTION:
                message = "Subscriptions are answered by a stream: send Accept: text/event-stream, or use a WebSocket."
                raise BadRequestError(message, 406) from None
            # Whoever gets here used GET, or a type that POST does not carry either.
            raise MethodNotAllowedError(f"{error}s are not allowed when using {request.method}.", "POST") from None


def _is_streamed(request: HTTPRequest, prepared: Prepared | Answer) -> bool:
    """Subscriptions are; what has one answer only for a client that takes nothing else."""
    taken = request.accepted
    live = isinstance(prepared, Prepared) and prepared.type is OperationType.SUBSCRIPTION
    return taken.events and (live or not taken.says_json)


def _revalidated(request: HTTPRequest, content: bytes, headers: list[tuple[bytes, bytes]]) -> tuple[int, bytes]:
    """The status and the content of an answer that a cache may keep for its viewer, and must ask for again.

    The tag is a weak one, because it is the same however the answer is encoded.
    """
    tag = f'W/"{blake2b(content, digest_size=16).hexdigest()}"'
    headers += [(b"etag", tag.encode()), (b"cache-control", b"private, no-cache")]
    known = {one.strip() for one in (request.header(b"if-none-match") or "").split(",")}
    unchanged = known & {tag, tag.removeprefix("W/"), "*"}
    return (HTTPStatus.NOT_MODIFIED, b"") if unchanged else (HTTPStatus.OK, content)


async def _send(
    send: Send, status: int, headers: list[tuple[bytes, bytes]], request: HTTPRequest, content: bytes
) -> None:
    if status != HTTPStatus.NOT_MODIFIED:
        encoding = request.encoding
        if encoding.coding and (len(content) >= SMALLEST or not encoding.plain):
            content = await compressed(content, encoding.coding)
            headers.append((b"content-encoding", encoding.coding.encode()))
        headers.append((b"content-type", TYPES[request.accepted.json or JSON]))
        headers.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    # No body is an answer to HEAD.
    await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else content})

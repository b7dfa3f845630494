"""GraphQL over WebSocket, by the protocol graphql-transport-ws.

The protocol: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any

import orjson
from graphql import OperationType
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from server.answers import fault, told
from server.auth import ANONYMOUS, Authenticator, Identity
from server.auth.refusals import KeysUnavailableError, NoTokenError
from server.caller import Caller
from server.cors import may_connect
from server.for_everybody import MOST_BYTES
from server.graphql_request import Client, GraphQLRequest, checked
from server.limits.refusals import TooManyOpenError, too_many_connections
from server.limits.slots import Slots
from server.operations import Answer, Prepared
from server.places import place_in
from server.refusals import BadRequestError, RefusalError, UnauthenticatedError
from server.service import GraphQLService
from server.settings import Settings
from server.telemetry.families import WEBSOCKETS
from server.telemetry.observed import Observed
from server.telemetry.telemetry import Telemetry
from server.websocket_messages import GONE, CloseError, Messages, id_of
from services.job_events import EventsStoppedError

logger = logging.getLogger(__name__)

PROTOCOL = "graphql-transport-ws"
EVERYTHING = frozenset(OperationType)

# How long a client may take to say who it is.
INIT_SECONDS = 10


class WebSocketEndpoint:
    """Speaks with WebSocket clients on `/graphql`."""

    def __init__(
        self,
        service: GraphQLService,
        authenticator: Authenticator,
        settings: Settings,
        telemetry: Telemetry,
    ) -> None:
        self.service = service
        self.authenticator = authenticator
        self.settings = settings
        self.telemetry = telemetry
        self.slots = Slots(settings.max_connections_per_viewer, too_many_connections)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak with one client until it leaves."""
        socket = WebSocket(scope, receive, send)
        origin = socket.headers.get("origin")
        if not may_connect(origin, socket.headers.get("host"), self.settings):
            logger.info("a WebSocket of the origin %.100r was refused: see REELGRAPH_CORS_ORIGINS", origin)
            await socket.close()  # before it is accepted: the handshake is answered with 403
            return
        if PROTOCOL not in scope["subprotocols"]:
            await socket.accept()
            with suppress(*GONE):
                await socket.close(4406, f"Subprotocol not acceptable: use {PROTOCOL}")
            return
        await socket.accept(PROTOCOL)
        connection = Connection(socket, self)
        leaving = asyncio.create_task(self._leave(connection))
        try:
            with WEBSOCKETS.track_inprogress():
                await connection.run()
        finally:
            leaving.cancel()

    async def _leave(self, connection: "Connection") -> None:
        """When the server stops, finish what runs, and tell the client to come back."""
        await self.service.stopping.begun.wait()
        await connection.finish(self.settings.stop_timeout_seconds)


class Connection:
    """One client's connection: who it is, and the operations that run for it."""

    def __init__(self, socket: WebSocket, endpoint: WebSocketEndpoint) -> None:
        self._headers = socket.headers
        self._messages = Messages(socket)
        self._slots = endpoint.slots
        self._most = endpoint.settings.max_operations_per_connection
        self._service = endpoint.service
        self._authenticator = endpoint.authenticator
        self._telemetry = endpoint.telemetry
        self._client = Client()
        self._authorization: str | None = None
        self._written = place_in(dict(socket.scope["headers"]))
        self._running: dict[str, asyncio.Task[None]] = {}
        self._finishing = False

    async def run(self) -> None:
        """Let the client say who it is, then do what it asks for, until it leaves or its token expires."""
        try:
            with suppress(*GONE):
                identity = await self._init()
                with self._slots.held(identity.user):
                    await self._messages.send({"type": "connection_ack"})
                    await self._converse(identity)
        except TooManyOpenError as refused:
            await self._messages.close(CloseError(4403, f"Forbidden: {refused}"))
        except CloseError as close:
            await self._end_all()
            await self._messages.close(close)
        finally:
            await self._end_all()

    async def finish(self, seconds: float) -> None:
        """Begin nothing new, and close when what runs has ended, or after so many seconds."""
        self._finishing = True
        if self._running:
            await asyncio.wait(self._running.values(), timeout=seconds)
        await self._messages.close(CloseError(1012, "The server stops: connect again"))

    async def _init(self) -> Identity:
        try:
            async with asyncio.timeout(INIT_SECONDS):
                while (message := await self._messages.receive(MOST_BYTES))["type"] in {"ping", "pong"}:
                    await self._messages.heartbeat(message)
        except TimeoutError:
            raise CloseError(4408, "Connection initialisation timeout") from None
        if message["type"] != "connection_init":
            raise CloseError(4401, "Unauthorized: send connection_init first")
        return await self._identify(message.get("payload"))

    async def _identify(self, payload: Any) -> Identity:
        """Whose token comes with `connection_init`; which program it is is noted, too."""
        given = payload if isinstance(payload, dict) else {}
        name, version = (self._told(given, f"GraphQL-Client-{part}") or "" for part in ("Name", "Version"))
        self._client = Client.named(name, version)
        self._authorization = self._told(given, "Authorization")
        return await self._identity()

    async def _identity(self) -> Identity:
        """Whose token it is; unlike by HTTP, nobody unknown may hold a connection."""
        try:
            if (identity := await self._authenticator.identify(self._authorization)) is ANONYMOUS:
                raise NoTokenError
        except UnauthenticatedError as error:
            raise CloseError(4403, f"Forbidden: {error}") from None
        except KeysUnavailableError as error:
            raise CloseError(1013, str(error)) from None
        return identity

    def _told(self, payload: dict[str, Any], header: str) -> str | None:
        """What a client says by the payload of `connection_init`, in which browsers can say it, or by a header."""
        said = payload.get(header) or payload.get(header.lower()) or self._headers.get(header)
        return said if isinstance(said, str) else None

    async def _converse(self, identity: Identity) -> None:
        try:
            async with asyncio.timeout(identity.expires - time.time()):
                while True:
                    await self._take(await self._messages.receive(), identity)
        except TimeoutError:
            raise CloseError(4403, "Forbidden: The access token has expired.") from None

    async def _take(self, message: dict[str, Any], identity: Identity) -> None:
        match message["type"]:
            case "ping" | "pong":
                await self._messages.heartbeat(message)
            case "subscribe":
                await self._identity()  # whose token may not be good any more
                self._subscribe(id_of(message), message.get("payload"), identity)
            case "complete":
                if (task := self._running.pop(id_of(message), None)) is not None:
                    task.cancel()
            case "connection_init":
                raise CloseError(4429, "Too many initialisation requests")
            case other:
                raise CloseError(4400, f"Invalid message: unknown type {other!r:.40}")

    def _subscribe(self, key: str, payload: Any, identity: Identity) -> None:
        if self._finishing:
            return  # the client, told to come back, asks again there
        if key in self._running:
            raise CloseError(4409, f"Subscriber for {key} already exists")
        if len(self._running) >= self._most:
            raise CloseError(4400, f"Invalid message: {self._most} operations run on this connection already")
        try:
            asked = checked(payload)
        except BadRequestError as error:
            raise CloseError(4400, f"Invalid message: {error}") from None
        task = self._running[key] = asyncio.create_task(self._operate(key, asked, identity))
        task.add_done_callback(lambda _: self._running.pop(key, None) if self._running.get(key) is task else None)

    async def _operate(self, key: str, asked: GraphQLRequest, identity: Identity) -> None:
        """Answer an operation, until it has ended or the client says that it has heard enough."""
        with Observed(self._telemetry, "websocket") as observed, suppress(EventsStoppedError, *GONE):
            observed.client = self._client
            caller = observed.caller = Caller(identity, self._client, observed.request_id, self._written)
            prepared = await self._prepared(asked, caller)
            if isinstance(prepared, Prepared):
                try:
                    await self._answer(key, await self._service.answers(prepared, caller))
                except RefusalError as refused:
                    observed.told(refused.body)
                    await self._refuse(key, refused.body)
            else:
                observed.told(prepared)
                await self._refuse(key, prepared)

    async def _refuse(self, key: str, body: dict[str, Any]) -> None:
        await self._messages.send({"id": key, "type": "error", "payload": body["errors"]})

    async def _answer(self, key: str, bodies: AsyncGenerator[bytes]) -> None:
        start = b'{"id":%b,"type":"next","payload":' % orjson.dumps(key)
        async with aclosing(bodies):
            async for body in bodies:
                await self._messages.send_text((start + body + b"}").decode())
        await self._messages.send({"id": key, "type": "complete"})

    async def _prepared(self, asked: GraphQLRequest, caller: Caller) -> Prepared | dict[str, Any]:
        """The operation, or the body of an answer that refuses it."""
        try:
            prepared = await self._service.prepare(asked, EVERYTHING, caller)
        except RefusalError as refused:
            return refused.body
        except Exception:
            logger.exception("request %s failed", caller.request_id)
            return fault(caller.request_id)
        return told(prepared, caller.request_id) if isinstance(prepared, Answer) else prepared

    async def _end_all(self) -> None:
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

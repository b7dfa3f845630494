"""Messages of graphql-transport-ws on one WebSocket: what is no message closes it, and so does who reads none."""

import asyncio
import logging
from typing import Any

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected, WebSocketState

from server.answers import to_json
from server.connections import cut

logger = logging.getLogger(__name__)

# What reading from and writing to a socket raises when the client has left.
GONE = (WebSocketDisconnect, WebSocketDisconnected)

# How long a client may take to read what was sent to it.
STALLED_SECONDS = 30
CLOSE_SECONDS = 5
# A close frame holds 125 bytes, two of them for the code.
LONGEST_REASON = 123


class CloseError(Exception):
    """The connection is to be closed, with a code of the protocol and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:LONGEST_REASON].decode(errors="ignore")


class Messages:
    """What comes and goes on a WebSocket that was accepted."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    async def receive(self, most: int | None = None) -> dict[str, Any]:
        """The next message, of so many characters; raises `CloseError`, or one of `GONE`."""
        try:
            text = await self._socket.receive_text()
            if most is not None and len(text) > most:
                raise CloseError(4400, f"Invalid message: it has more than {most:,} characters")
            message = orjson.loads(text)
        except (orjson.JSONDecodeError, KeyError):
            raise CloseError(4400, "Invalid message: it must be a text with a JSON object") from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise CloseError(4400, "Invalid message: it must be a JSON object with a `type`")
        return message

    async def send(self, message: dict[str, Any]) -> None:
        """Send a message; raises one of `GONE`, also where the client does not read."""
        await self.send_text(to_json(message).decode())

    async def send_text(self, text: str) -> None:
        """The same for a message in JSON."""
        try:
            async with asyncio.timeout(STALLED_SECONDS):
                await self._socket.send_text(text)
        except TimeoutError:
            logger.warning("a subscriber read nothing for %d seconds and is cut off", STALLED_SECONDS)
            cut(self._socket.scope)
            raise WebSocketDisconnect from None

    async def heartbeat(self, message: dict[str, Any]) -> None:
        """Answer a ping; a pong needs no answer."""
        if message["type"] == "ping":
            payload = message.get("payload")
            await self.send({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})

    async def close(self, close: CloseError) -> None:
        """Close it, unless it is closed."""
        if self._socket.application_state is WebSocketState.DISCONNECTED:
            return  # for another reason
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._socket.close(close.code, close.reason)
        except TimeoutError:
            cut(self._socket.scope)
        except GONE:
            pass  # it has left meanwhile


def id_of(message: dict[str, Any]) -> str:
    """The id of the operation that a message is about; raises `CloseError`."""
    key = message.get("id")
    if not isinstance(key, str) or not key:
        raise CloseError(4400, "Invalid message: `id` must be a string that is not empty")
    return key

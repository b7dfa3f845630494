"""A client of graphql-transport-ws that says what it is told to say, right or wrong."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.support.live import PATIENCE

PROTOCOLS = (Subprotocol("graphql-transport-ws"),)


class Socket:
    """One connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, kind: str, **members: Any) -> None:
        await self.connection.send(json.dumps({"type": kind, **members}))

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            message: dict[str, Any] = json.loads(await self.connection.recv(decode=True))
        return message

    async def init(self, payload: dict[str, Any] | None = None) -> None:
        """Say who one is, and be acknowledged."""
        await self.send("connection_init", **({} if payload is None else {"payload": payload}))
        assert await self.receive() == {"type": "connection_ack"}

    async def subscribe(self, key: str, query: str, **variables: Any) -> None:
        await self.send("subscribe", id=key, payload={"query": query, "variables": variables})

    async def closed(self) -> tuple[int | None, str | None]:
        """The code and the reason that the server closes the connection with."""
        async with asyncio.timeout(PATIENCE):
            await self.connection.wait_closed()
        return self.connection.close_code, self.connection.close_reason


@asynccontextmanager
async def connected(
    url: str, *, subprotocols: Sequence[Subprotocol] | None = PROTOCOLS, **options: Any
) -> AsyncIterator[Socket]:
    """A connection whose client has said nothing yet."""
    address = f"{url.replace('http', 'ws', 1)}/graphql"
    async with connect(address, subprotocols=subprotocols, proxy=None, **options) as connection:
        yield Socket(connection)

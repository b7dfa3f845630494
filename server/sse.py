"""GraphQL over server-sent events, in "distinct connections mode": a request, and its answers as a stream.

The protocol: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from starlette.types import Receive, Scope, Send

from server.answers import refusal, to_json
from server.connections import cut
from server.refusals import RefusalError
from services.job_events import EventsStoppedError

logger = logging.getLogger(__name__)

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would wait for more
]
COMPLETE = b"event: complete\ndata:\n\n"
# A comment: proxies and clients learn that the connection stands.
ALIVE = b":\n\n"
ALIVE_SECONDS = 15
# Longest that a client may leave unread what was sent to it.
STALLED_SECONDS = 30

EXPIRED = to_json(refusal("The access token has expired. Subscribe again with a new one.", "UNAUTHENTICATED"))


class ClientStalledError(Exception):
    """The client reads nothing of what is sent to it."""


async def send_events(
    bodies: AsyncGenerator[bytes],
    scope: Scope,
    receive: Receive,
    send: Send,
    headers: list[tuple[bytes, bytes]],
    *,
    expires: float,
) -> None:
    """Send each body as an event, until they end, the client leaves or `expires` (seconds since 1970) has come."""
    await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *headers]})
    sending = asyncio.create_task(_send_all(bodies, send, expires - time.time()))
    watching = asyncio.create_task(_watch(receive, send))
    try:
        await asyncio.wait((sending, watching), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, watching):
            task.cancel()
        ends = await asyncio.gather(sending, watching, return_exceptions=True)
    failures = [end for end in ends if isinstance(end, Exception)]
    if any(isinstance(failure, ClientStalledError) for failure in failures):
        logger.warning("a subscriber read nothing for %d seconds and is cut off", STALLED_SECONDS)
        cut(scope)
        await _gone(receive)
    elif failures:
        raise failures[0]
    elif not sending.cancelled():
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send_all(bodies: AsyncGenerator[bytes], send: Send, seconds: float) -> None:
    async with aclosing(bodies):
        try:
            async with asyncio.timeout(seconds):
                async for body in bodies:
                    await _send(send, b"event: next\ndata: %b\n\n" % body)
        except EventsStoppedError:
            return  # not complete: the client is to come back
        except TimeoutError:
            await _send(send, b"event: next\ndata: %b\n\n" % EXPIRED)
        except RefusalError as refused:
            await _send(send, b"event: next\ndata: %b\n\n" % to_json(refused.body))
        await _send(send, COMPLETE)


async def _send(send: Send, data: bytes) -> None:
    try:
        async with asyncio.timeout(STALLED_SECONDS):
            await send({"type": "http.response.body", "body": data, "more_body": True})
    except TimeoutError:
        raise ClientStalledError from None


async def _watch(receive: Receive, send: Send) -> None:
    """Return when the client has left; until then, tell it now and then that the connection stands."""
    while True:
        await _send(send, ALIVE)  # the first at once, so that the client sees that it is connected
        with suppress(TimeoutError):
            async with asyncio.timeout(ALIVE_SECONDS):
                return await _gone(receive)


async def _gone(receive: Receive) -> None:
    """Return when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass

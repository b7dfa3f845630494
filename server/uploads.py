"""`PUT /uploads/{token}`: a client's file on its way into storage."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from server.files import error_content
from server.straight import take_over
from services.storage import (
    AlreadyStoredError,
    ContentTypeMismatchError,
    ExpiredGrantError,
    FolderStorage,
    InvalidGrantError,
    Storage,
    StorageError,
    StorageFullError,
    StorageUnavailableError,
    UploadGrant,
    UploadIncompleteError,
    UploadTooLargeError,
)
from services.storage.draft_writer import Piece

logger = logging.getLogger(__name__)

LINGER_SECONDS = 10
# The token is the authority, so no origin needs to be told from another.
ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}
# The protocol does not see the end of a body that was read past it.
LAST = {"Connection": "close"}
PREFLIGHT = ANY_ORIGIN | {
    "Access-Control-Allow-Methods": "PUT",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


class UploadStalledError(StorageError):
    """Nothing came for `seconds`."""

    code = "UPLOAD_STALLED"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Nothing came for {seconds:g} seconds.", "Send the whole file again.")


STATUS = {
    UploadIncompleteError: 400,
    InvalidGrantError: 403,
    UploadStalledError: 408,
    AlreadyStoredError: 409,
    ExpiredGrantError: 410,
    UploadTooLargeError: 413,
    ContentTypeMismatchError: 415,
    StorageUnavailableError: 503,
    StorageFullError: 507,
}


def upload_routes(storage: Storage, *, stall_seconds: float = 60) -> list[Route]:
    """The routes behind `Storage.upload_target`; none where clients send their files to an object store.

    A client that sends nothing for `stall_seconds` is let go.
    """
    if not isinstance(storage, FolderStorage):
        return []

    async def upload(request: Request) -> Response:
        body = _body(request, stall_seconds)
        try:
            grant = storage.links.upload_grant(request.path_params["token"])
            _check_announced(request.headers, grant)
            await storage.write_new(grant.path, body, expected_bytes=grant.size_bytes)
        except StorageError as error:
            if isinstance(error, StorageUnavailableError):
                logger.warning("an upload failed: %s", error)
            return Refusal(error, body)
        except ClientDisconnect:
            await body.aclose()
            return Response(status_code=400)  # for nobody
        return JSONResponse({"receivedBytes": grant.size_bytes}, 201, ANY_ORIGIN | LAST)

    async def preflight(_: Request) -> Response:
        return Response(status_code=204, headers=PREFLIGHT)

    return [
        Route("/uploads/{token}", upload, methods=["PUT"]),
        Route("/uploads/{token}", preflight, methods=["OPTIONS"]),
    ]


class Refusal(JSONResponse):
    """Answers at once, goes on reading what the client still sends, for a while, and closes the connection.

    Closed with bytes unread, the connection would be reset, and the answer could be lost with it.
    """

    def __init__(self, error: StorageError, body: AsyncGenerator[Piece]) -> None:
        super().__init__(error_content(error), STATUS[type(error)], ANY_ORIGIN | LAST)
        self._unread = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        with suppress(ClientDisconnect, TimeoutError, UploadStalledError):
            async with aclosing(self._unread), asyncio.timeout(LINGER_SECONDS):
                async for piece in self._unread:
                    if callable(piece):
                        await asyncio.to_thread(piece, None)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _check_announced(headers: Headers, grant: UploadGrant) -> None:
    """Refuses by its headers alone what could not be stored, so that the body need not be sent."""
    content_type = headers.get("content-type", "")
    if content_type.strip().lower() != grant.content_type.lower():
        raise ContentTypeMismatchError(content_type, grant.content_type)
    size = int(headers.get("content-length", grant.size_bytes))
    if size > grant.size_bytes:
        raise UploadTooLargeError(grant.size_bytes)
    if size < grant.size_bytes:
        raise UploadIncompleteError(size, grant.size_bytes)


async def _body(request: Request, stall_seconds: float) -> AsyncGenerator[Piece]:
    straight = take_over(request.scope)
    async with aclosing(straight.pieces() if straight else request.stream()) as pieces:
        while True:
            try:
                async with asyncio.timeout(stall_seconds):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise UploadStalledError(stall_seconds) from None
            yield piece

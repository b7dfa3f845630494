"""`PUT /uploads/{token}`: a client's file on its way into storage.

Where the connection is lost, HEAD answers how much has come, and PATCH sends the rest, by the headers of "Resumable
Uploads for HTTP" (draft-ietf-httpbis-resumable-upload).
"""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

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
    NotStoredError,
    Storage,
    StorageError,
    StorageFullError,
    StorageUnavailableError,
    UploadBusyError,
    UploadGrant,
    UploadIncompleteError,
    UploadOffsetError,
    UploadTooLargeError,
)
from services.storage.draft_writer import Piece

logger = logging.getLogger(__name__)

LINGER_SECONDS = 10
# Of sizes that a file may have.
OFFSET = re.compile(r"[0-9]{1,18}")
# The token is the authority, so no origin needs to be told from another.
ANY_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Upload-Offset, Upload-Complete, Upload-Length",
}
# The protocol does not see the end of a body that was read past it.
LAST = {"Connection": "close"}
PREFLIGHT = ANY_ORIGIN | {
    "Access-Control-Allow-Methods": "PUT, HEAD, PATCH",
    "Access-Control-Allow-Headers": "Content-Type, Upload-Offset, Upload-Complete",
    "Access-Control-Max-Age": "86400",
}


class UploadStalledError(StorageError):
    """Nothing came for `seconds`."""

    code = "UPLOAD_STALLED"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Nothing came for {seconds:g} seconds.", "Ask by HEAD how much is here, and send the rest.")


STATUS = {
    UploadIncompleteError: 400,
    InvalidGrantError: 403,
    NotStoredError: 404,
    UploadStalledError: 408,
    AlreadyStoredError: 409,
    UploadOffsetError: 409,
    ExpiredGrantError: 410,
    UploadTooLargeError: 413,
    ContentTypeMismatchError: 415,
    StorageUnavailableError: 503,
    UploadBusyError: 503,
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
            offset = await _offset(request, grant, storage)
            _check_announced(request, grant, offset)
            await storage.write_new(grant.path, body, expected_bytes=grant.size_bytes, offset=offset)
        except StorageError as error:
            if isinstance(error, StorageUnavailableError):
                logger.warning("an upload failed: %s", error)
            return Refusal(error, body)
        except ClientDisconnect:
            await body.aclose()
            return Response(status_code=400)  # for nobody
        return JSONResponse({"receivedBytes": grant.size_bytes}, 201, ANY_ORIGIN | LAST)

    async def progress(request: Request) -> Response:
        try:
            grant = storage.links.upload_grant(request.path_params["token"])
            is_stored = await storage.size(grant.path) is not None
            received = grant.size_bytes if is_stored else await storage.received_bytes(grant.path)
        except StorageError as error:
            return JSONResponse(error_content(error), STATUS[type(error)], ANY_ORIGIN)
        return Response(status_code=204, headers=_progress(grant, received, is_stored=is_stored))

    async def preflight(_: Request) -> Response:
        return Response(status_code=204, headers=PREFLIGHT)

    return [
        Route("/uploads/{token}", upload, methods=["PUT", "PATCH"]),
        Route("/uploads/{token}", progress, methods=["HEAD"]),
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


async def _offset(request: Request, grant: UploadGrant, storage: FolderStorage) -> int:
    """From where on the body has the file."""
    if request.method != "PATCH":
        return 0
    sent = request.headers.get("upload-offset", "")
    if not OFFSET.fullmatch(sent) or int(sent) > grant.size_bytes:
        raise UploadOffsetError(sent, await storage.received_bytes(grant.path))
    return int(sent)


def _check_announced(request: Request, grant: UploadGrant, offset: int) -> None:
    """Refuses by its headers alone what could not be stored, so that the body need not be sent."""
    content_type = request.headers.get("content-type", "")
    if request.method != "PATCH" and content_type.strip().lower() != grant.content_type.lower():
        raise ContentTypeMismatchError(content_type, grant.content_type)
    size = offset + int(request.headers.get("content-length", grant.size_bytes - offset))
    if size > grant.size_bytes:
        raise UploadTooLargeError(grant.size_bytes)
    if size < grant.size_bytes:
        raise UploadIncompleteError(size, grant.size_bytes)


def _progress(grant: UploadGrant, received: int, *, is_stored: bool) -> dict[str, str]:
    return ANY_ORIGIN | {
        "Upload-Offset": str(min(received, grant.size_bytes)),
        "Upload-Complete": "?1" if is_stored else "?0",
        "Upload-Length": str(grant.size_bytes),
        "Cache-Control": "no-store",
    }


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

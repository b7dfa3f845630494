"""`GET` and `HEAD /files/{token}`: stored objects, whole or in part."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from services.storage import (
    DownloadGrant,
    ExpiredGrantError,
    FolderStorage,
    InvalidGrantError,
    NotStoredError,
    Storage,
    StorageError,
    StorageUnavailableError,
    StoredObject,
)
from services.storage.headers import content_disposition, safe_type

STATUS = {InvalidGrantError: 403, NotStoredError: 404, ExpiredGrantError: 410, StorageUnavailableError: 503}
BYTE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
# The token is the authority, so no origin needs to be told from another.
ANY_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Range, If-Range, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
# Opened in a tab, a video plays (the browser's own player styles itself) and nothing else happens.
INERT = {
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


def file_routes(storage: Storage) -> list[Route]:
    """The routes behind `Storage.download_url`; none where its links lead to an object store."""
    if not isinstance(storage, FolderStorage):
        return []

    async def send_file(request: Request) -> Response:
        try:
            grant = storage.links.download_grant(request.path_params["token"])
            return await _file_response(storage, grant, request)
        except StorageError as error:
            headers = ANY_ORIGIN | {"Cache-Control": "no-store"}
            return JSONResponse(error_content(error), STATUS[type(error)], headers)

    async def preflight(_: Request) -> Response:
        return Response(status_code=204, headers=PREFLIGHT)

    return [
        Route("/files/{token}", send_file, methods=["GET"]),
        Route("/files/{token}", preflight, methods=["OPTIONS"]),
    ]


def error_content(error: StorageError) -> dict[str, dict[str, str]]:
    """The JSON form of an error, for programs and people."""
    content = {"code": error.code, "message": str(error)}
    return {"error": content | {"hint": error.hint} if error.hint else content}


async def _file_response(storage: FolderStorage, grant: DownloadGrant, request: Request) -> Response:
    stored = await storage.stat(grant.path)
    if stored is None:
        raise NotStoredError(grant.path)
    headers = _headers(grant, stored)
    if stored.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    size = stored.size_bytes
    if request.method == "HEAD":
        return Response(headers=headers | {"Content-Length": str(size)})
    part = requested_range(request.headers, stored)
    if part is None:
        return StreamingResponse(storage.read(grant.path), headers=headers | {"Content-Length": str(size)})
    if not part:
        return Response(status_code=416, headers=ANY_ORIGIN | {"Content-Range": f"bytes */{size}"})
    headers |= {"Content-Length": str(len(part)), "Content-Range": f"bytes {part.start}-{part.stop - 1}/{size}"}
    return StreamingResponse(storage.read(grant.path, part.start, part.stop), 206, headers)


def _headers(grant: DownloadGrant, stored: StoredObject) -> dict[str, str]:
    content_type = safe_type(grant.content_type)
    seconds_left = int((grant.expires_at - datetime.now(UTC)).total_seconds())
    return {
        **ANY_ORIGIN,
        **INERT,
        "Accept-Ranges": "bytes",
        "Cache-Control": f"private, max-age={seconds_left}",
        "Content-Disposition": content_disposition(content_type, grant.filename),
        "Content-Type": content_type,
        "ETag": stored.etag,
    }


def requested_range(headers: Mapping[str, str], stored: StoredObject) -> range | None:
    """The bytes a single-range request asks for, empty when there are none such; None for the whole object.

    Several ranges, other units, nonsense and an outdated `If-Range` all mean the whole, as RFC 9110 allows.
    """
    match = BYTE_RANGE.fullmatch(headers.get("range", ""))
    if match is None or headers.get("if-range", stored.etag) != stored.etag:
        return None
    first, last = match.groups()
    size = stored.size_bytes
    if first and last and int(last) < int(first):
        return None
    if first:
        return range(int(first), min(int(last) + 1, size) if last else size)
    return range(max(size - int(last), 0), size) if last else None

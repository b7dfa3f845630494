"""GraphQL over HTTP: an ASGI application from a request's bytes to its answer's, with nothing in between."""

import itertools
import json
import logging
import secrets
from typing import Any

import orjson
from graphql import OperationType
from starlette.types import Receive, Scope, Send
from strawberry import Schema

from schema.context import Context
from schema.cursor import Cursors
from server.auth import Authenticator, UnauthenticatedError
from server.errors import present
from server.explain import Explanation
from server.graphql_request import RESPONSE_JSON, BadRequestError, ClientGoneError, HTTPRequest
from server.operations import Answer, ForbiddenOperationError, Operations, UnknownOperationError
from server.resources import Resources
from server.settings import Settings

logger = logging.getLogger(__name__)

# GET is for reading: a link or an image must not be able to change anything.
ALLOWED = {
    "GET": frozenset({OperationType.QUERY}),
    "POST": frozenset({OperationType.QUERY, OperationType.MUTATION}),
}


# Request ids are to be found in a log, not to be kept secret.
PROCESS = secrets.token_hex(6)
_requests = itertools.count(1)


class GraphQLEndpoint:
    """Answers POST and GET requests on `/graphql`."""

    def __init__(self, schema: Schema, resources: Resources, settings: Settings) -> None:
        self._operations = Operations(schema, settings)
        self._authenticator = Authenticator(settings.secret)
        self._resources = resources
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Authenticate, read, execute, answer."""
        request, request_id = HTTPRequest(scope, receive), f"{PROCESS}{next(_requests):x}"
        headers = [(b"x-request-id", request_id.encode())]
        try:
            status, body = await self._answer(request, request_id)
        except UnauthenticatedError as error:
            status, body = _refusal(f"{error} {error.hint}", 401, "UNAUTHENTICATED")
            headers.append((b"www-authenticate", b'Bearer realm="reelgraph"'))
        except BadRequestError as error:
            status, body = _refusal(str(error), error.status, "BAD_REQUEST")
        except ClientGoneError:
            return
        except Exception:
            logger.exception("request %s failed", request_id)
            message = "Something went wrong on our side. Please report it with the request id."
            status, body = _refusal(message, 500, "INTERNAL_SERVER_ERROR", requestId=request_id)
        headers.append((b"content-type", f"{request.accepted}; charset=utf-8".encode()))
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, request: HTTPRequest, request_id: str) -> tuple[int, bytes]:
        identity = self._authenticator.identify(request.header(b"authorization"))
        allowed = ALLOWED.get(request.method)
        if allowed is None:
            raise BadRequestError("Send GET or POST.", 405)
        asked = await request.operation()
        explanation = Explanation.of(request, identity, self._settings)
        cached = self._operations.is_cached(asked.query)
        async with self._resources.database.reader(identity.user) as reader:
            context = self._context(identity.user, reader)
            try:
                if explanation is None:
                    answer = await self._operations.execute(asked, context, allowed)
                else:
                    answer = await explanation.of_operation(self._operations, asked, context, allowed)
            except ForbiddenOperationError as error:
                raise BadRequestError(f"{error}s are not allowed when using {request.method}.", 405) from None
            except UnknownOperationError:
                raise BadRequestError("`operationName` must name one of the document's operations.") from None
            finally:
                context.close()
        return _encoded(request, answer, request_id, None if explanation is None else explanation.told(cached=cached))

    def _context(self, viewer: Any, reader: Any) -> Context:
        return Context(
            viewer=viewer,
            reader=reader,
            database=self._resources.database,
            storage=self._resources.storage,
            cursors=Cursors(self._settings.secret, viewer),
            largest_upload=self._settings.max_upload_bytes,
            max_page_size=self._settings.max_page_size,
        )


def _encoded(
    request: HTTPRequest, answer: Answer, request_id: str, explanation: dict[str, Any] | None
) -> tuple[int, bytes]:
    errors = present(answer.errors, request_id, ran=answer.ran)
    body: dict[str, Any] = {"data": answer.data, "errors": errors} if errors else {"data": answer.data}
    status = 200
    if answer.data is None and errors and not any("path" in error for error in errors):
        # The operation never ran. Clients that know only application/json expect 200 here.
        del body["data"]
        status = 400 if request.accepted == RESPONSE_JSON else 200
    if explanation is not None:
        body["extensions"] = {"explain": explanation}
    return status, _json(body)


def _json(body: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(body)
    except TypeError:  # nested deeper than orjson goes, which a document of 200 levels with lists may be
        return json.dumps(body, ensure_ascii=False).encode()


def _refusal(message: str, status: int, code: str, **extensions: str) -> tuple[int, bytes]:
    """An answer to what could not be read as a request."""
    return status, orjson.dumps({"errors": [{"message": message, "extensions": {"code": code, **extensions}}]})

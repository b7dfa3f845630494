"""GraphQL over HTTP: a request's document and variables in, its answer out."""

import secrets
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from strawberry import Schema
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult
from strawberry.types.graphql import OperationType

from schema.context import Context
from schema.cursor import Cursors
from server.auth import UnauthenticatedError, authenticate
from server.errors import present
from server.graphql_request import BadRequestError, GraphQLRequest, read_request
from server.resources import Resources
from server.settings import Settings

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"

# GET is for reading: a link or an image must not be able to change anything.
ALLOWED = {"GET": {OperationType.QUERY}, "POST": {OperationType.QUERY, OperationType.MUTATION}}


class GraphQLEndpoint:
    """Answers POST and GET requests on `/graphql`."""

    def __init__(self, schema: Schema, resources: Resources, settings: Settings) -> None:
        self._schema = schema
        self._resources = resources
        self._settings = settings

    async def __call__(self, request: Request) -> Response:
        """Authenticate, read, execute, answer."""
        request_id = secrets.token_hex(8)
        try:
            context = self._context(request)
            async with context.reader:
                result = await self._execute(await read_request(request), context, request.method)
            response = self._answer(request, result, request_id)
        except UnauthenticatedError as error:
            response = refuse(request, f"{error} {error.hint}", 401, "UNAUTHENTICATED")
            response.headers["www-authenticate"] = 'Bearer realm="reelgraph"'
        except BadRequestError as error:
            response = refuse(request, str(error), error.status, "BAD_REQUEST")
        response.headers["x-request-id"] = request_id
        return response

    def _context(self, request: Request) -> Context:
        viewer = authenticate(request.headers.get("authorization"), self._settings.secret)
        return Context(
            viewer=viewer,
            reader=self._resources.database.reader(viewer),
            database=self._resources.database,
            storage=self._resources.storage,
            cursors=Cursors(self._settings.secret, viewer),
            largest_upload=self._settings.max_upload_bytes,
            max_page_size=self._settings.max_page_size,
        )

    async def _execute(self, given: GraphQLRequest, context: Context, method: str) -> ExecutionResult:
        try:
            return await self._schema.execute(
                given.query,
                variable_values=given.variables,
                operation_name=given.operation_name,
                context_value=context,
                allowed_operation_types=ALLOWED[method],
            )
        except InvalidOperationTypeError as error:
            raise BadRequestError(f"{error.as_http_error_reason(method)}.", 405) from None
        except CannotGetOperationTypeError:
            raise BadRequestError("`operationName` must name one of the document's operations.") from None

    @staticmethod
    def _answer(request: Request, result: ExecutionResult, request_id: str) -> Response:
        errors = present(result, request_id)
        if result.data is None and errors and not any("path" in error for error in errors):
            # The operation never ran. Clients that know only application/json expect 200 here.
            return respond(request, {"errors": errors}, status=400 if media_type(request) == RESPONSE_JSON else 200)
        return respond(request, {"data": result.data, **({"errors": errors} if errors else {})})


def media_type(request: Request) -> str:
    """The one of GraphQL's two media types that the client asked for."""
    return RESPONSE_JSON if RESPONSE_JSON in request.headers.get("accept", "") else JSON


def respond(request: Request, body: dict[str, Any], status: int = 200) -> Response:
    """A GraphQL response."""
    return Response(orjson.dumps(body), status, media_type=f"{media_type(request)}; charset=utf-8")


def refuse(request: Request, message: str, status: int, code: str) -> Response:
    """An answer to what could not be read as a request."""
    return respond(request, {"errors": [{"message": message, "extensions": {"code": code}}]}, status)

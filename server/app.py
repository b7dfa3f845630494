"""The application, put together in one place."""

from datetime import timedelta
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from schema.schema import schema
from server.auth import issue_token
from server.demo.viewer import DEMO_USER, FIRST_QUERY
from server.files import file_routes
from server.graphiql import GraphiQLConfig, graphiql_assets, graphiql_page
from server.graphql import GraphQLEndpoint
from server.health import health_routes
from server.resources import Resources
from server.settings import Settings
from server.uploads import upload_routes

SIGNED_IN = timedelta(days=30)


def create_app(settings: Settings, resources: Resources) -> Starlette:
    """The application on open resources."""
    endpoint = GraphQLEndpoint(schema, resources, settings)

    async def graphql(request: Request) -> Response:
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return graphiql_page(graphiql_config(settings, request))
        return await endpoint(request)

    return Starlette(
        routes=[
            Route("/graphql", graphql, methods=["GET", "POST"]),
            Mount("/graphql/assets", graphiql_assets()),
            *upload_routes(resources.storage),
            *file_routes(resources.storage),
            *health_routes(resources.database),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts(settings))],
    )


def graphiql_config(settings: Settings, request: Request) -> GraphiQLConfig:
    """In development, on the same machine, GraphiQL opens signed in as the demo user, with a query worth running."""
    local = request.client is not None and request.client.host in {"127.0.0.1", "::1"}
    if settings.environment != "development" or not local:
        return GraphiQLConfig(token=None, query=None)
    return GraphiQLConfig(token=issue_token(settings.secret, DEMO_USER, SIGNED_IN), query=FIRST_QUERY)


def allowed_hosts(settings: Settings) -> list[str]:
    """In development the page carries a token, so no foreign name may lead to it (DNS rebinding)."""
    if settings.environment != "development":
        return ["*"]
    hosts = (urlsplit(url).hostname for url in (settings.local_url, settings.base_url))
    return ["127.0.0.1", "localhost", *(host for host in hosts if host)]

"""The application, put together in one place."""

from datetime import timedelta
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from schema.schema import schema
from server.auth import Authenticator
from server.cors import for_web_pages
from server.demo.viewer import DEMO_USER, FIRST_QUERY
from server.files import file_routes
from server.graphiql import GraphiQLConfig, graphiql_assets, graphiql_page
from server.graphql import GraphQLEndpoint
from server.health import Readiness, health_routes
from server.metrics import ServerMetrics, metrics_routes
from server.negotiation import ACCEPTED, listed
from server.resources import Resources
from server.service import GraphQLService
from server.settings import Settings
from server.telemetry.telemetry import Telemetry
from server.tokens import issue_token
from server.uploads import upload_routes
from server.websocket import WebSocketEndpoint

SIGNED_IN = timedelta(days=30)


def create_app(
    settings: Settings,
    resources: Resources,
    telemetry: Telemetry | None = None,
    metrics: ServerMetrics | None = None,
) -> ASGIApp:
    """The application on open resources, in the event loop that is to run it.

    Without `telemetry` operations are counted, but neither logged nor traced.
    """
    telemetry = telemetry or Telemetry(settings)
    telemetry.watch(resources.database)
    service, authenticator = GraphQLService(schema, resources, settings, telemetry), Authenticator(settings)
    endpoint = GraphQLEndpoint(service, authenticator, settings, telemetry)
    others = Starlette(
        routes=[
            Route("/graphql", GraphQLOrPage(endpoint, settings)),
            WebSocketRoute("/graphql", WebSocketEndpoint(service, authenticator, settings, telemetry)),
            *([Mount("/graphql/assets", graphiql_assets())] if settings.graphiql == "on" else []),
            *upload_routes(resources.storage),
            *file_routes(resources.storage),
            *health_routes(Readiness(resources)),
            *metrics_routes(metrics or ServerMetrics(resources), settings),
        ],
    )

    page = for_web_pages(others, settings)
    graphql = for_web_pages(endpoint, settings)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        chosen: ASGIApp = others
        if scope["type"] == "http" and scope["path"] == "/graphql":
            # What is asked for most does not go through routing.
            chosen = graphql if scope["method"] == "POST" else page
        await chosen(scope, receive, send)

    return TrustedHostMiddleware(app, allowed_hosts=allowed_hosts(settings))


class GraphQLOrPage:
    """`/graphql` for everybody: browsers that ask for a page get GraphiQL."""

    def __init__(self, endpoint: GraphQLEndpoint, settings: Settings) -> None:
        self._endpoint = endpoint
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a page or with data."""
        request = Request(scope, receive)
        wants_page = self._settings.graphiql == "on" and request.method == "GET"
        if wants_page and ACCEPTED[listed(request.headers, "accept")].prefers_page:
            await graphiql_page(graphiql_config(self._settings, request))(scope, receive, send)
        else:
            await self._endpoint(scope, receive, send)


def graphiql_config(settings: Settings, request: Request) -> GraphiQLConfig:
    """In development, on the same machine, GraphiQL opens signed in as the demo user, with a query worth running."""
    local = request.client is not None and request.client.host in {"127.0.0.1", "::1"}
    if settings.environment != "development" or settings.jwks_url is not None or not local:
        return GraphiQLConfig(token=None, query=None)
    return GraphiQLConfig(token=issue_token(settings.secret, DEMO_USER, SIGNED_IN), query=FIRST_QUERY)


def allowed_hosts(settings: Settings) -> list[str]:
    """In development the page carries a token, so no foreign name may lead to it (DNS rebinding)."""
    if settings.environment != "development":
        return ["*"]
    hosts = (urlsplit(url).hostname for url in (settings.local_url, settings.base_url))
    return ["127.0.0.1", "localhost", *(host for host in hosts if host)]

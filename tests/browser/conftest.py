"""Headless Chromium, and a server in a thread for it to talk to."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import strawberry
import uvicorn
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp
from strawberry.asgi import GraphQL

from server.graphiql import GraphiQLConfig, graphiql_assets, graphiql_page
from server.graphiql.build import build_if_stale
from tests.support.chromium import ARGUMENTS, NAMES, executable

QUERY = "query Videos {\n  authorization\n  videos {\n    id\n    title\n  }\n}\n"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = executable(*NAMES)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    for argument in [
        *ARGUMENTS,
        "--headless=new",
        "--window-size=1400,900",
        f"--user-data-dir={tmp_path / 'chromium'}",
    ]:
        options.add_argument(argument)
    # Naming the driver keeps Selenium from downloading one.
    with Chrome(options=options, service=ChromeService(executable("chromedriver"))) as browser:
        yield browser


@dataclass
class LiveServer:
    """An application on a port of its own, served from a thread."""

    app: ASGIApp
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    def __post_init__(self) -> None:
        # Chromium keeps connections open, which must not hold up the end.
        self.server = uvicorn.Server(uvicorn.Config(self.app, ws="none", log_config=None, timeout_graceful_shutdown=1))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.listener]}, daemon=True)
        self.thread.start()

    @property
    def graphql_url(self) -> str:
        host, port = self.listener.getsockname()
        return f"http://{host}:{port}/graphql"

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(timeout=10)
        self.listener.close()


@pytest.fixture
def serve() -> Iterator[Callable[[ASGIApp], LiveServer]]:
    servers: list[LiveServer] = []

    def serve(app: ASGIApp) -> LiveServer:
        servers.append(LiveServer(app))
        return servers[-1]

    yield serve
    for server in servers:
        server.stop()


@strawberry.type(description="A film. ![poster](https://images.example/poster.png)")
class Video:
    id: strawberry.ID
    title: str


@strawberry.type
class Query:
    @strawberry.field
    def videos(self) -> list[Video]:
        return [Video(id=strawberry.ID("video_1"), title="Metropolis")]

    @strawberry.field
    def authorization(self, info: strawberry.Info) -> str | None:
        header: str | None = info.context["request"].headers.get("Authorization")
        return header


def sample_app(config: GraphiQLConfig) -> Starlette:
    build_if_stale()

    def page(_request: Request) -> Response:
        return graphiql_page(config)

    api = GraphQL[object, None](strawberry.Schema(Query), graphql_ide=None)
    return Starlette(
        routes=[
            Route("/graphql", page, methods=["GET"]),
            Route("/graphql", api),
            Mount("/graphql/assets", graphiql_assets()),
        ]
    )


@pytest.fixture
def live_server(serve: Callable[[ASGIApp], LiveServer]) -> LiveServer:
    return serve(sample_app(GraphiQLConfig(token="demo-token", query=QUERY)))


@pytest.fixture
def graphiql_url(live_server: LiveServer) -> str:
    return live_server.graphql_url


@pytest.fixture
def stop_server(live_server: LiveServer) -> Callable[[], None]:
    return live_server.stop


@pytest.fixture
def signed_out_url(serve: Callable[[ASGIApp], LiveServer]) -> str:
    return serve(sample_app(GraphiQLConfig(token=None, query=QUERY))).graphql_url

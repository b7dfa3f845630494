"""The servers whose live events are compared, and how a subscriber asks them."""

from datetime import timedelta
from uuid import UUID

from bench.contract import Request
from bench.install import PEERS
from bench.live.contract import BODY
from bench.live.library import NAME, dsn
from bench.place import Place
from bench.servers import Server
from bench.servers import servers as all_servers
from server.node import node
from server.tokens import issue_token


def servers(place: Place) -> list[Server]:
    """Ours, and GraphQL Yoga; both on the database of this benchmark."""
    ours = next(server for server in all_servers() if server.name == "reelgraph")
    packages = ("graphql-yoga", "@envelop/graphql-jit", "graphql-jit", "pg")
    return [
        Server(
            "reelgraph", ours.title, ours.command, ours.packages, {"REELGRAPH_DATABASE_URL": dsn(place)}, ask=_hello
        ),
        Server(
            "yoga",
            "GraphQL Yoga, graphql-jit",
            (str(node()), str(PEERS / "yoga_live.js")),
            packages,
            {"PGDATABASE": NAME},
            ask=_hello,
        ),
    ]


def _hello(place: Place, _operation: str, _keys: list[str]) -> list[Request]:
    """What a server must answer before it is asked for more."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {place.token}"}
    return [Request("POST", "/graphql", headers, b'{"query": "{ __typename }"}')]


def subscription(place: Place, owner: UUID) -> bytes:
    """The HTTP request by which an owner subscribes."""
    lines = (
        "POST /graphql HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        "Accept: text/event-stream",
        f"Authorization: Bearer {issue_token(place.settings.secret, owner, timedelta(days=1))}",
        f"Content-Length: {len(BODY)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + BODY

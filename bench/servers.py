"""The servers that are compared, and how each is asked."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench import postgraphile, rest
from bench.contract import DOCUMENTS, Request, graphql
from bench.install import PEERS, PYTHON_PEERS
from bench.place import Place
from server.node import node

Ask = Callable[[Place, str, list[str]], list[Request]]
Normalise = Callable[[str, Any], Any]


def ask_contract(_place: Place, operation: str, keys: list[str]) -> list[Request]:
    """The operation as our contract has it."""
    return graphql(DOCUMENTS, operation, {}, keys)


def ask_with_token(place: Place, operation: str, keys: list[str]) -> list[Request]:
    """The same, by somebody who must prove who they are."""
    return graphql(DOCUMENTS, operation, {"Authorization": f"Bearer {place.token}"}, keys)


def as_it_is(_operation: str, data: Any) -> Any:
    """The data of a server whose contract is ours."""
    return data


@dataclass(frozen=True)
class Server:
    """A server that answers the three operations.

    `packages` are those whose versions say what was measured; `normalise` makes a foreign answer's data the contract's.
    """

    name: str
    title: str
    command: tuple[str, ...]
    packages: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    ask: Ask = ask_contract
    normalise: Normalise = as_it_is

    @property
    def is_node(self) -> bool:
        """Whether it needs the Node peers' packages."""
        return self.command[0] == str(node())


def servers() -> list[Server]:
    """All of them; the first is ours, which the others are compared with."""
    return [
        _reelgraph("reelgraph", "Reelgraph", "compiled"),
        _reelgraph("reference", "Reelgraph, executor off", "reference"),
        Server(
            "ceiling",
            "By hand: asyncpg, orjson",
            (sys.executable, "-m", "bench.ceiling"),
            ("asyncpg", "orjson", "uvicorn", "uvloop", "httptools"),
        ),
        _node("mercurius", "Mercurius, JIT", "mercurius", "graphql-jit", "fastify", "pg"),
        _node("yoga", "GraphQL Yoga, graphql-jit", "graphql-yoga", "@envelop/graphql-jit", "graphql-jit", "pg"),
        _node("apollo", "Apollo Server", "@apollo/server", "@as-integrations/fastify", "fastify", "pg"),
        replace(
            _node("postgraphile", "PostGraphile", "postgraphile", "pg"),
            ask=postgraphile.ask,
            normalise=postgraphile.normalise,
        ),
        Server(
            "fastapi",
            "FastAPI, SQLAlchemy, REST",
            (str(PYTHON_PEERS / "bin/python"), str(PEERS / "fastapi_server.py")),
            ("fastapi", "pydantic", "sqlalchemy", "asyncpg", "uvicorn", "uvloop", "httptools"),
            ask=rest.ask,
        ),
    ]


def _reelgraph(name: str, title: str, executor: str) -> Server:
    command = (str(Path(sys.executable).with_name("reelgraph")), "serve")
    packages = ("strawberry-graphql", "graphql-core", "asyncpg", "orjson", "uvicorn", "uvloop", "httptools")
    return Server(name, title, command, packages, {"REELGRAPH_EXECUTOR": executor}, ask=ask_with_token)


def _node(name: str, title: str, *packages: str) -> Server:
    return Server(name, title, (str(node()), str(PEERS / f"{name}.js")), packages)

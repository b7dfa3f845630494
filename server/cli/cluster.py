"""`reelgraph cluster`: an installation of many machines on one, until Ctrl-C."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console

from database.embedded import embedded_postgres, embedded_standby
from database.engine import Database
from database.errors import ReelgraphError
from database.migrate import migrate
from server.cli.children import child, quietly, stop_signal, until_ready, until_stopped
from server.cli.dev import load_demo_library, say_goodbye
from server.cli.options import load_settings, require_free_port, token_for
from server.cluster.balancer import Balancer
from server.cluster.pgbouncer import installed_pgbouncer, pgbouncer
from server.settings import Settings

SERVERS = WORKERS = 2

console = Console(stderr=True, highlight=False)


def cluster(
    demo: Annotated[bool, typer.Option(help="Load the demo library, if it is not there yet.")] = True,
) -> None:
    """Run primary, replica, PgBouncer, two servers behind one address and two workers, until Ctrl-C."""
    settings = load_settings()
    if settings.database_url is not None:
        raise ReelgraphError(
            "REELGRAPH_DATABASE_URL is set; the cluster's databases are its own.",
            "Unset it, or run servers and workers by `reelgraph serve` and `reelgraph worker`.",
        )
    installed_pgbouncer()
    require_free_port(settings)
    asyncio.run(_cluster(settings, demo=demo))


@dataclass(frozen=True)
class Databases:
    """Addresses of the primary, by way of the pooler, and of the replica."""

    primary: str
    pooled: str
    replica: str

    @property
    def variables(self) -> dict[str, str]:
        """As servers and workers are told."""
        return {
            "REELGRAPH_DATABASE_URL": self.pooled,
            "REELGRAPH_DATABASE_DIRECT_URL": self.primary,
            "REELGRAPH_DATABASE_REPLICA_URLS": self.replica,
        }


async def _cluster(settings: Settings, *, demo: bool) -> None:
    stop = stop_signal()
    async with AsyncExitStack() as stack:
        databases = await stack.enter_async_context(_databases(settings))
        ports = _free_ports(SERVERS)
        await stack.enter_async_context(Balancer(ports).listening(settings.host, settings.port))
        common = {**databases.variables, **_environment(settings), **quietly(settings)}
        children = {
            f"The server 127.0.0.1:{port}": await stack.enter_async_context(
                child("serve", REELGRAPH_PORT=str(port), **common)
            )
            for port in ports
        }
        for number in range(WORKERS):
            children[f"Worker {number + 1}"] = await stack.enter_async_context(child("worker", **common))
        await until_stopped(stop, children, _prepare(settings, databases, ports, demo=demo))
        console.print("\nStopping…")


@asynccontextmanager
async def _databases(settings: Settings) -> AsyncIterator[Databases]:
    async with AsyncExitStack() as stack:

        async def begun(context: AbstractContextManager[str]) -> str:
            yielded = await asyncio.to_thread(context.__enter__)
            stack.push_async_callback(asyncio.to_thread, context.__exit__, None, None, None)
            return yielded

        primary = await begun(embedded_postgres(settings.data))
        database = Database(primary)
        try:
            await migrate(database.engine)
        finally:
            await database.close()
        replica = await begun(embedded_standby(settings.data))
        yield Databases(primary, await begun(pgbouncer(primary)), replica)


def _environment(settings: Settings) -> dict[str, str]:
    """What servers are told besides: they are asked by the balancer alone, in whose name they answer."""
    # Everybody seems to come from this machine. GraphiQL, signed in, is for those who do.
    local = settings.host in {"127.0.0.1", "::1", "localhost"}
    return {
        "REELGRAPH_HOST": "127.0.0.1",
        "REELGRAPH_PUBLIC_URL": settings.base_url,
        "REELGRAPH_ENVIRONMENT": "development" if local else "production",
    }


def _free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in held]


async def _prepare(settings: Settings, databases: Databases, ports: list[int], *, demo: bool) -> None:
    token = token_for(settings, None)
    for port in ports:
        await until_ready(f"http://127.0.0.1:{port}/readyz")
    if demo:
        await load_demo_library(settings, token, console)
    console.print(f"\n[bold]GraphiQL[/bold]  {settings.base_url}/graphql  (signed in as the demo user)")
    console.print(f"[bold]Servers[/bold]   {', '.join(f'127.0.0.1:{port}' for port in ports)}, by turns")
    for name, url in (("Primary", databases.primary), ("Replica", databases.replica), ("PgBouncer", databases.pooled)):
        console.print(f"[bold]{name:9}[/bold] {url}", soft_wrap=True)
    say_goodbye(token, console)

"""`reelgraph dev`: everything on one machine, in one terminal, until Ctrl-C."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console

from database.migrate import migrate
from server.cli.children import Children, child, quietly, stop_signal, until_ready, until_stopped
from server.cli.options import load_settings, require_free_port, token_for
from server.client import Client
from server.demo.library import seed_demo_library
from server.own_documents import COUNT_VIDEOS
from server.settings import Settings
from server.stores import open_database
from server.web_build import has_web_app

DEVELOPMENT = {"REELGRAPH_ENVIRONMENT": "development"}

console = Console(stderr=True, highlight=False)


def dev() -> None:
    """Run database, server and worker with the demo library, until Ctrl-C."""
    settings = load_settings()
    require_free_port(settings)
    asyncio.run(_dev(settings))


async def _dev(settings: Settings) -> None:
    stop = stop_signal()
    web_app = "make web  (in another terminal)" if has_web_app() else None
    async with everything(settings) as children:
        await until_stopped(stop, children, prepare(settings, web_app))
        console.print("\nStopping…")


@asynccontextmanager
async def everything(settings: Settings) -> AsyncIterator[Children]:
    """Run the database, migrated, the server and a worker while the block runs."""
    async with open_database(settings, directly=True) as database:
        await migrate(database.engine)
        variables = DEVELOPMENT | quietly(settings)
        async with child("serve", **variables) as server, child("worker", **variables) as worker:
            yield {"The server": server, "The worker": worker}


async def prepare(settings: Settings, web_app: str | None) -> None:
    """Wait for the server, load the demo library, and say where everything is; `web_app` says it of the web app."""
    await until_ready(f"{settings.local_url}/readyz")
    web_line = f"\n[bold]Web app[/bold]   {web_app}" if web_app else ""
    if settings.jwks_url is not None:
        console.print(
            f"\n[bold]GraphQL[/bold]   {settings.base_url}/graphql  (for users of {settings.jwt_issuer}){web_line}"
        )
        console.print("\nCtrl-C stops everything; what you did is kept.")
        return
    token = token_for(settings, None)
    await load_demo_library(settings, token, console)
    console.print(f"\n[bold]GraphiQL[/bold]  {settings.base_url}/graphql  (signed in as the demo user){web_line}")
    say_goodbye(token, console)


async def load_demo_library(settings: Settings, token: str, console: Console) -> None:
    """Send the demo library through the API, unless the viewer has videos."""
    async with Client(settings.local_url, token) as client:
        if (await client.graphql(COUNT_VIDEOS))["viewer"]["videoCount"] == 0:
            await seed_demo_library(client, console)


def say_goodbye(token: str, console: Console) -> None:
    """The last lines of who has started everything."""
    console.print("[bold]Token[/bold]     for other clients, as Authorization: Bearer …")
    console.print(token, soft_wrap=True)
    console.print("\nCtrl-C stops everything; what you did is kept.")

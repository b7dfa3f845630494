"""`reelgraph dev`: everything on one machine, in one terminal, until Ctrl-C."""

import asyncio

from rich.console import Console

from database.migrate import migrate
from server.cli.children import child, quietly, stop_signal, until_ready, until_stopped
from server.cli.options import load_settings, require_free_port, token_for
from server.client import Client
from server.demo.library import seed_demo_library
from server.own_documents import COUNT_VIDEOS
from server.resources import open_database
from server.settings import Settings

DEVELOPMENT = {"REELGRAPH_ENVIRONMENT": "development"}

console = Console(stderr=True, highlight=False)


def dev() -> None:
    """Run database, server and worker with the demo library, until Ctrl-C."""
    settings = load_settings()
    require_free_port(settings)
    asyncio.run(_dev(settings))


async def _dev(settings: Settings) -> None:
    stop = stop_signal()
    async with open_database(settings, directly=True) as database:
        await migrate(database.engine)
        variables = DEVELOPMENT | quietly(settings)
        async with child("serve", **variables) as server, child("worker", **variables) as worker:
            await until_stopped(stop, (server, worker), _prepare(settings))
            console.print("\nStopping…")


async def _prepare(settings: Settings) -> None:
    await until_ready(settings.local_url)
    if settings.jwks_url is not None:
        console.print(f"\n[bold]GraphQL[/bold]  {settings.base_url}/graphql  (for users of {settings.jwt_issuer})")
        console.print("\nCtrl-C stops everything; what you did is kept.")
        return
    token = token_for(settings, None)
    await load_demo_library(settings, token, console)
    console.print(f"\n[bold]GraphiQL[/bold]  {settings.base_url}/graphql  (signed in as the demo user)")
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

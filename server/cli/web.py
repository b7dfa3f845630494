"""`reelgraph web`: the web app, with all that it needs unless that runs already, until Ctrl-C."""

import asyncio
import hmac
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Annotated

import httpx
import typer

from database.errors import ReelgraphError
from server.cli.children import program, stop_signal, until_ready, until_stopped
from server.cli.dev import DEVELOPMENT, console, everything, prepare
from server.cli.options import load_settings, own_token, require_free, require_free_port
from server.client import Client
from server.demo.viewer import DEMO_USER
from server.node import node, node_path
from server.own_documents import COUNT_VIDEOS
from server.settings import Settings
from server.settings.serving import WEB_HOST
from server.web_build import WEB_APP, require_web_app
from server.web_documents import register_documents

SIGNED_IN = timedelta(days=30)
NAME = "The web app"


def web(
    watch: Annotated[
        bool, typer.Option("--watch", help="Show changes of the app's sources at once, by Vite's development server.")
    ] = False,
) -> None:
    """Run the web app beside the server that runs here, or else with all that `reelgraph dev` runs, until Ctrl-C."""
    require_web_app()
    settings = load_settings()
    beside = _server_runs(settings)
    _require_free_ports(settings, beside=beside)
    if watch:
        console.print("Installing what the web app is built with …")
        WEB_APP.install()
    else:
        WEB_APP.build_if_stale()
    asyncio.run(_beside(settings, watch=watch) if beside else _with_everything(settings, watch=watch))


def _server_runs(settings: Settings) -> bool:
    """Whether a server of ours has the port, be it ready or not."""
    try:
        return httpx.get(f"{settings.local_url}/readyz").status_code in {200, 503}
    except httpx.HTTPError:
        return False


def _require_free_ports(settings: Settings, *, beside: bool) -> None:
    if settings.web_port == settings.port:
        raise ReelgraphError(
            f"The server and the web app can't both have port {settings.port}.",
            hint=f"Take another for the web app: REELGRAPH_WEB_PORT={settings.web_port + 1}",
        )
    if not beside:
        require_free_port(settings)
    require_free(WEB_HOST, settings.web_port, "REELGRAPH_WEB_PORT")


async def _with_everything(settings: Settings, *, watch: bool) -> None:
    stop = stop_signal()

    async def prepare_all() -> None:
        await register_documents(settings)
        await until_ready(f"{settings.web_url}/healthz", NAME)
        await prepare(settings, _where(settings))

    async with everything(settings) as children, _web_app(settings, watch=watch) as app:
        await until_stopped(stop, {**children, NAME: app}, prepare_all())
        console.print("\nStopping…")


async def _beside(settings: Settings, *, watch: bool) -> None:
    stop = stop_signal()

    async def prepare_app() -> None:
        await until_ready(f"{settings.local_url}/readyz")
        await register_documents(settings)
        await _require_same_secret(settings)
        await until_ready(f"{settings.web_url}/healthz", NAME)
        console.print(f"\n[bold]Web app[/bold]   {_where(settings)}")
        console.print(f"[bold]Server[/bold]    {settings.base_url}, which ran already")
        console.print("\nCtrl-C stops the web app.")

    async with _web_app(settings, watch=watch) as app:
        await until_stopped(stop, {NAME: app}, prepare_app())


async def _require_same_secret(settings: Settings) -> None:
    """Raise `ReelgraphError` where the server would not take the demo user's token."""
    if (token := _demo_token(settings)) is None:
        return
    async with Client(settings.local_url, token) as client:
        try:
            await client.graphql(COUNT_VIDEOS)
        except ReelgraphError as error:
            raise ReelgraphError(
                f"The server at {settings.local_url} does not take this command's token: {error}",
                hint="Give this command the server's REELGRAPH_DATA or REELGRAPH_JWT_SECRET, or take another PORT.",
            ) from None


@asynccontextmanager
async def _web_app(settings: Settings, *, watch: bool) -> AsyncIterator[asyncio.subprocess.Process]:
    script = ["serve.ts"]
    variables = node_path() | _variables(settings)
    if watch:
        address = ("--host", WEB_HOST, "--port", str(settings.web_port), "--strictPort")
        script = ["node_modules/vite/bin/vite.js", "dev", *address, "--logLevel", "warn"]
    else:
        variables["NODE_ENV"] = "production"
    # Warnings and errors go to stderr.
    async with program(str(node()), *script, variables=variables, cwd=WEB_APP.package, stdout=DEVNULL) as process:
        yield process


def _variables(settings: Settings) -> dict[str, str]:
    """What the app is told; how people sign in where tokens are an issuer's, it has from the environment itself."""
    token = _demo_token(settings)
    return {
        "REELGRAPH_API_URL": settings.local_url,
        "REELGRAPH_WEB_URL": settings.web_url,
        "REELGRAPH_WEB_HOST": WEB_HOST,
        "REELGRAPH_WEB_PORT": str(settings.web_port),
        # Its own, so that nothing which it seals can be taken for a token of the server's.
        "REELGRAPH_WEB_SECRET": hmac.digest(settings.secret.encode(), b"reelgraph web session", "sha256").hex(),
        **({} if token is None else {**DEVELOPMENT, "REELGRAPH_WEB_DEMO_TOKEN": token}),
    }


def _demo_token(settings: Settings) -> str | None:
    return own_token(settings, DEMO_USER, SIGNED_IN) if settings.jwks_url is None else None


def _where(settings: Settings) -> str:
    who = (
        "one click signs you in as the demo user"
        if settings.jwks_url is None
        else f"for users of {settings.jwt_issuer}"
    )
    return f"{settings.web_url}  ({who})"

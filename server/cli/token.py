"""`reelgraph token`: an access token, for trying things out."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import typer

from server.cli.options import load_settings, own_token
from server.demo.viewer import DEMO_USER


def token(
    user: Annotated[UUID, typer.Option(help="The user's UUID. Default: the demo user.")] = DEMO_USER,
    days: Annotated[int, typer.Option(help="How long the token is valid.", min=1, max=3650)] = 30,
    *,
    explain: Annotated[
        bool, typer.Option("--explain", help="With the right to see how operations are answered (X-Reelgraph-Explain).")
    ] = False,
) -> None:
    """Print an access token signed with this machine's secret."""
    typer.echo(own_token(load_settings(), user, timedelta(days=days), may_explain=explain))

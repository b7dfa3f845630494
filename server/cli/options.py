"""What commands share: the settings as the command line sees them, and who uses the API."""

import socket
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from pydantic import ValidationError

from database.errors import ReelgraphError
from server.demo.viewer import DEMO_USER
from server.settings import Settings
from server.tokens import issue_token

Url = Annotated[
    str | None, typer.Option("--url", envvar="REELGRAPH_URL", help="Address of the server. Default: from the settings.")
]
Token = Annotated[
    str | None,
    typer.Option("--token", envvar="REELGRAPH_TOKEN", help="Access token. Default: one for the demo user."),
]


def load_settings() -> Settings:
    """The settings; raises `ReelgraphError` naming each variable that can't be used."""
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(f"{_variable(issue['loc'])}: {issue['msg']}" for issue in error.errors())
        raise ReelgraphError(problems, hint="The README lists every setting.") from None


def _variable(location: tuple[int | str, ...]) -> str:
    name = str(location[0]).upper()
    return name if name.startswith("REELGRAPH_") or name == "PORT" else f"REELGRAPH_{name}"


def token_for(settings: Settings, given: str | None, user: UUID = DEMO_USER) -> str:
    """The token given, or one signed with this machine's secret."""
    return given or own_token(settings, user, timedelta(days=1))


def own_token(settings: Settings, user: UUID, lifetime: timedelta, *, may_explain: bool = False) -> str:
    """A token signed with this machine's secret; raises `ReelgraphError` where only an issuer's are accepted."""
    if settings.jwks_url is not None:
        raise ReelgraphError(
            "REELGRAPH_JWKS_URL is set: the server accepts the tokens of their issuer, and none made here.",
            hint=f"Sign in at {settings.jwt_issuer}; commands that need a token take it by --token or REELGRAPH_TOKEN.",
        )
    return issue_token(settings.secret, user, lifetime, may_explain=may_explain)


def existing_file(path: Path) -> Path:
    """A path that leads to a file."""
    if not path.is_file():
        raise ReelgraphError(f"{path} is no file.", hint="Name a video file on this machine.")
    return path


def require_free_port(settings: Settings) -> None:
    """Raise `ReelgraphError` when another process listens where the server is to."""
    require_free(settings.host, settings.port, "PORT")


def require_free(host: str, port: int, variable: str) -> None:
    """Raise `ReelgraphError` when another process listens there; `variable` is how another port is taken."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise ReelgraphError(
            f"Port {port} of {host} can't be used: {error.strerror}.",
            hint=f"Stop what uses it, or take another: {variable}={port + 1}",
        ) from None

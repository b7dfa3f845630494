"""The command line. Each command is a module with a function; what goes wrong as expected is one line and a hint."""

import gc
import os
import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from database.errors import ReelgraphError
from server.cli.failures import show_failure

# A command's module is imported when it is called: `reelgraph token` need not wait for GraphQL and FFmpeg.
COMMANDS = {
    "dev": "server.cli.dev",
    "web": "server.cli.web",
    "cluster": "server.cli.cluster",
    "serve": "server.cli.serve",
    "worker": "server.cli.worker",
    "migrate": "server.cli.migrate",
    "jobs": "server.cli.jobs",
    "seed": "server.cli.library",
    "upload": "server.cli.library",
    "token": "server.cli.token",
    "schema": "server.cli.schema",
    "codegen": "server.cli.codegen",
    "mock": "server.cli.mock",
    "clients": "server.cli.clients",
    "settings": "server.cli.settings",
}


class Commands(TyperGroup):
    """The commands, each imported when it is asked for."""

    # Typer's copy of click, whose types these are, is private.
    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command's function, or its group of commands."""
        if cmd_name not in COMMANDS:
            return None
        found = _imported(cmd_name)
        if not isinstance(found, typer.Typer):
            single = typer.Typer(add_completion=False, rich_markup_mode="markdown")
            single.command(cmd_name)(found)
            found = single
        command = typer.main.get_command(found)
        command.name = cmd_name
        return command


def _imported(name: str) -> Any:
    """A command's function or group, from its module."""
    # What is imported stays: to look for garbage in it, hundreds of times, takes an eighth of the time.
    gc.disable()
    try:
        return getattr(import_module(COMMANDS[name]), name)
    finally:
        gc.freeze()
        gc.enable()


app = typer.Typer(
    name="reelgraph",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


@app.callback()
def _reelgraph() -> None:
    """A GraphQL server for video libraries."""


def main() -> None:
    """Run a command; exit with 1 for what went wrong as expected, 130 after Ctrl-C."""
    try:
        app()
    except ReelgraphError as error:
        show_failure(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has left (`reelgraph settings | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)

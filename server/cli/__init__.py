"""The command line. Each command is a module with a function; what goes wrong as expected is one line and a hint."""

import os
import sys

import typer
from rich.console import Console

from database.errors import ReelgraphError
from server.cli import codegen, dev, library, operate, schema, settings, token

app = typer.Typer(
    name="reelgraph",
    help="A GraphQL server for video libraries.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.command()(dev.dev)
app.command()(operate.serve)
app.command()(operate.worker)
app.command()(operate.migrate)
app.command()(library.seed)
app.command()(library.upload)
app.command()(token.token)
app.add_typer(schema.app, name="schema")
app.command()(codegen.codegen)
app.command("settings")(settings.show)


def main() -> None:
    """Run a command; exit with 1 for what went wrong as expected, 130 after Ctrl-C."""
    try:
        app()
    except ReelgraphError as error:
        console = Console(stderr=True, highlight=False)
        console.print("error:", style="bold red", end=" ")
        console.print(str(error), markup=False, soft_wrap=True)
        if error.hint:
            console.print("hint:", style="bold", end=" ")
            console.print(error.hint, markup=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has left (`reelgraph settings | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)

"""`reelgraph schema`: the contract as a file, whom a change of it would break, and what of it is used."""

from pathlib import Path
from typing import Annotated

import typer

from database.errors import ReelgraphError
from schema.schema import sdl
from server.cli import schema_check, schema_usage

schema = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="markdown")
schema.command()(schema_check.check)
schema.command()(schema_usage.usage)


@schema.callback()
def _schema() -> None:
    """The GraphQL contract: as a file, whom a change would break, and what of it is used."""


@schema.command()
def export(
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the SDL.")] = Path("schema.graphql"),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if the file is not what the code says.")
    ] = False,
) -> None:
    """Write the contract as SDL, from which every client's types are made."""
    if not check:
        output.write_text(sdl(), encoding="utf-8")
        typer.echo(f"Wrote {output}.")
    elif not output.is_file() or output.read_text(encoding="utf-8") != sdl():
        raise ReelgraphError(
            f"{output} is not what the code says.", hint="Write it anew with: uv run reelgraph schema export"
        )

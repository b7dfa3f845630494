"""`reelgraph clients`: which releases of clients are out, and what they send."""

import asyncio
import re
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from database.errors import ReelgraphError
from schema.schema import contract
from server.cli.options import load_settings
from server.manifest import read_manifest
from server.stores import open_registry
from server.trusted_documents import TRUSTED_SECONDS
from services.clients import ListedRelease, list_releases, register_release, retire_release

FORM = re.compile(r"(?P<name>\S(?:.{0,98}\S)?)@(?P<version>[^\s@]{1,100})")
WIDE = 200  # characters

Release = Annotated[
    str, typer.Argument(help="Name and version, as the client names itself: web@1.4.0.", metavar="NAME@VERSION")
]

clients = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="markdown")


@clients.callback()
def _clients() -> None:
    """Register, list and retire releases of clients. What a live one sends, `schema check` protects."""


@clients.command()
def register(
    release: Release,
    manifest: Annotated[Path, typer.Argument(help="The release's persisted-documents.json.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="The release is known and has changed: forget what it sent before.")
    ] = False,
) -> None:
    """Register a release with the documents that it sends. Do it before the release is out."""
    name, version = _named(release)
    documents = read_manifest(manifest, contract)

    async def write() -> bool:
        async with open_registry(load_settings()) as database:
            return await register_release(database, name, version, documents, replace=replace)

    count = f"{len(documents)} document{'s' if len(documents) > 1 else ''}"
    if asyncio.run(write()):
        typer.echo(f"Registered {name}@{version} with {count}.")
    else:
        typer.echo(f"{name}@{version} is registered already, with the same {count}.")


@clients.command("list")
def list_(
    json: Annotated[bool, typer.Option("--json", help="For programs: an array of objects.")] = False,
) -> None:
    """Show every release, and when it was last seen."""

    async def read() -> list[ListedRelease]:
        async with open_registry(load_settings()) as database:
            return await list_releases(database)

    found = asyncio.run(read())
    if json:
        typer.echo(orjson.dumps([_plain(release) for release in found], option=orjson.OPT_INDENT_2))
    elif found:
        console = Console()
        (console if console.is_terminal else Console(width=WIDE)).print(_table(found))
    else:
        Console(stderr=True).print("No release is registered. Do it with: reelgraph clients register NAME@VERSION FILE")


@clients.command()
def retire(release: Release) -> None:
    """Say that nobody uses a release any more: the contract need no longer serve it."""
    name, version = _named(release)

    async def write() -> bool:
        async with open_registry(load_settings()) as database:
            return await retire_release(database, name, version)

    if asyncio.run(write()):
        typer.echo(
            f"Retired {name}@{version}. Within {TRUSTED_SECONDS} seconds its documents are unknown to servers, "
            "but for those that other releases send too."
        )
    else:
        typer.echo(f"{name}@{version} is retired already.")


def _named(release: str) -> tuple[str, str]:
    match = FORM.fullmatch(release)
    if match is None or not release.isprintable():
        raise ReelgraphError(
            f"{release!r} names no release.", hint="Write name and version, of 100 characters at most each: web@1.4.0"
        )
    return match["name"], match["version"]


def _table(found: list[ListedRelease]) -> Table:
    table = Table("release", "documents", "registered", "last seen", "state", box=None, header_style="bold")
    for release in found:
        table.add_row(
            Text(f"{release.client_name}@{release.client_version}"),
            str(release.documents),
            f"{release.registered_at:%Y-%m-%d}",
            str(release.last_seen or "never"),
            "[dim]retired[/dim]" if release.retired_at else "[green]live[/green]",
        )
    return table


def _plain(release: ListedRelease) -> dict[str, object]:
    return {
        "name": release.client_name,
        "version": release.client_version,
        "documents": release.documents,
        "registeredAt": release.registered_at,
        "retiredAt": release.retired_at,
        "lastSeen": release.last_seen,
    }

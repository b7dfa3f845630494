"""`reelgraph schema usage`: which fields and arguments clients use, and who they are."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

import orjson
import typer
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
)
from rich.console import Console
from rich.table import Table
from rich.text import Text

from database.errors import ReelgraphError
from schema.schema import contract
from server.cli.options import load_settings
from server.stores import open_registry
from services.clients import KEPT_DAYS, CoordinateUse, today, usage_since

WIDE = 200  # characters

Days = Annotated[
    int, typer.Option(help=f"How far back to look; counts are kept for {KEPT_DAYS} days.", min=1, max=KEPT_DAYS)
]


@dataclass(frozen=True, slots=True)
class Member:
    """A field, an argument or an input field of the contract, and who uses it."""

    coordinate: str
    deprecated: str | None
    uses: tuple[CoordinateUse, ...]

    @property
    def operations(self) -> int:
        """How many operations used it."""
        return sum(use.operations for use in self.uses)

    @property
    def last_used(self) -> date | None:
        """The last day on which it was used."""
        return max((use.last_used for use in self.uses), default=None)


def usage(
    *,
    unused: Annotated[bool, typer.Option("--unused", help="Only what nobody used: it can be removed.")] = False,
    deprecated: Annotated[bool, typer.Option("--deprecated", help="Only what is deprecated.")] = False,
    days: Days = 30,
    json: Annotated[bool, typer.Option("--json", help="For programs: an array of objects.")] = False,
) -> None:
    """Tell which fields and arguments are used, how much, when last and by whom; or which are not."""
    if unused and deprecated:
        raise ReelgraphError("--unused and --deprecated can't be combined.", hint="Ask for one after the other.")
    since = today() - timedelta(days=days - 1)
    members = list(members_of(contract, asyncio.run(_uses(since))))
    wanted = [
        member
        for member in members
        if (not unused or not member.uses) and (not deprecated or member.deprecated is not None)
    ]
    if json:
        typer.echo(orjson.dumps([_plain(member) for member in wanted], option=orjson.OPT_INDENT_2))
        return
    if wanted:
        console = Console()
        (console if console.is_terminal else Console(width=WIDE)).print(_table(wanted))
    counted = sum(member.operations > 0 for member in members)
    Console(stderr=True).print(
        f"{counted} of {len(members)} fields, arguments and input fields were used in the last {days} days."
        + ("" if counted else " Servers note what they count every few seconds."),
        highlight=False,
    )


def members_of(schema: GraphQLSchema, uses: list[CoordinateUse]) -> Iterator[Member]:
    """Every field, argument and input field of a schema with its uses; what is no longer there has none.

    Who sends an input type by a variable may use each of its fields.
    """
    by_coordinate = defaultdict(list)
    for use in uses:
        by_coordinate[use.coordinate].append(use)
    for coordinate, element in _coordinates(schema):
        found = [*by_coordinate[coordinate]]
        if isinstance(element, GraphQLInputField):
            found += by_coordinate[coordinate.partition(".")[0]]
        yield Member(coordinate, element.deprecation_reason, tuple(_by_client(coordinate, found)))


def _by_client(coordinate: str, uses: list[CoordinateUse]) -> Iterator[CoordinateUse]:
    """Uses of the same by the same client, as one."""
    clients = sorted({(use.client_name, use.client_version) for use in uses})
    for client in clients:
        its = [use for use in uses if (use.client_name, use.client_version) == client]
        operations, last_used = sum(use.operations for use in its), max(use.last_used for use in its)
        yield CoordinateUse(coordinate, *client, operations, last_used)


def _coordinates(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField | GraphQLArgument | GraphQLInputField]]:
    for name, type_ in sorted(schema.type_map.items()):
        if name.startswith("__"):
            continue
        if isinstance(type_, GraphQLInputObjectType):
            yield from ((f"{name}.{field_name}", field) for field_name, field in type_.fields.items())
        elif isinstance(type_, (GraphQLObjectType, GraphQLInterfaceType)):
            for field_name, field in type_.fields.items():
                yield f"{name}.{field_name}", field
                for argument_name, argument in field.args.items():
                    yield f"{name}.{field_name}({argument_name}:)", argument


async def _uses(since: date) -> list[CoordinateUse]:
    async with open_registry(load_settings()) as database:
        return await usage_since(database, since)


def client_of(name: str, version: str) -> str:
    """A client for people to read."""
    return "@".join(filter(None, (name, version))) or "(unnamed)"


def _table(members: list[Member]) -> Table:
    table = Table(
        "field, argument or input field", "operations", "last used", "by", box=None, header_style="bold", pad_edge=False
    )
    for member in members:
        clients = ", ".join(
            f"{client_of(use.client_name, use.client_version)} ({use.operations})" for use in member.uses
        )
        mark = " [yellow]deprecated[/yellow]" if member.deprecated is not None else ""
        last = str(member.last_used) if member.last_used else "[dim]never[/dim]"
        table.add_row(f"{member.coordinate}{mark}", str(member.operations), last, Text(clients))
    return table


def _plain(member: Member) -> dict[str, object]:
    return {
        "coordinate": member.coordinate,
        "deprecated": member.deprecated,
        "operations": member.operations,
        "lastUsed": member.last_used,
        "clients": [
            {
                "name": use.client_name,
                "version": use.client_version,
                "operations": use.operations,
                "lastUsed": use.last_used,
            }
            for use in member.uses
        ],
    }

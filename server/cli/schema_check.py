"""`reelgraph schema check`: whom the working contract would break."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Annotated

import orjson
import typer
from graphql import GraphQLError, GraphQLSchema, build_schema, parse
from rich.console import Console

from database.errors import ReelgraphError
from schema.compatibility import Break, Change, breaks, harmless
from schema.schema import sdl
from server.cli.options import load_settings
from server.cli.schema_usage import Days
from server.stores import open_registry
from services.clients import Sent, deployed_sdl, documents_in_use, today


@dataclass(frozen=True, slots=True)
class Broken:
    """A release that would break, and by what."""

    name: str
    last_seen: date
    breaks: tuple[Break, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a change of the contract comes to: releases that break, and breaking changes that nobody would notice."""

    broken: list[Broken]
    unnoticed: list[Change]
    releases: int
    documents: int


def check(
    *,
    days: Days = 30,
    against: Annotated[
        Path | None, typer.Option(help="SDL that is deployed. Default: what the servers on the database answer by.")
    ] = None,
    schema: Annotated[Path | None, typer.Option(help="SDL to be checked. Default: what the code says.")] = None,
    json: Annotated[bool, typer.Option("--json", help="For programs: an object.")] = False,
) -> None:
    """Fail where a registered operation would break that was seen, or registered, in the last days; say whose it is."""
    new = _built(_text(schema), str(schema)) if schema else _built(sdl(), "The code's contract")
    given = _built(_text(against), str(against)) if against else None
    deployed, sent = asyncio.run(_read(days))
    found = verdict(given or _deployed(deployed), new, sent)
    if json:
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    else:
        _tell(found, days)
    if found.broken:
        names = [broken.name for broken in found.broken]
        raise ReelgraphError(
            f"{_count(len(names), 'release')} would break: {', '.join(names)}.",
            hint=f"The ways out stand above. If nobody uses a release any more: reelgraph clients retire {names[0]}",
        )


def verdict(old: GraphQLSchema, new: GraphQLSchema, sent: list[Sent]) -> Verdict:
    """Whom a change from one contract to another would break."""
    found = {text: tuple(breaks(old, new, parse(text))) for text in {one.text for one in sent}}
    releases: dict[str, list[Sent]] = defaultdict(list)
    for one in sent:
        releases[f"{one.client_name}@{one.client_version}"].append(one)
    broken = [_broken(name, found, documents) for name, documents in releases.items()]
    everything = [break_ for ones in found.values() for break_ in ones]
    return Verdict(list(filter(None, broken)), harmless(old, new, everything), len(releases), len(found))


def _broken(name: str, found: Mapping[str, tuple[Break, ...]], documents: list[Sent]) -> Broken | None:
    broken = [one for one in documents if found[one.text]]
    if not broken:
        return None
    return Broken(name, max(one.last_seen for one in broken), tuple(chain(*(found[one.text] for one in broken))))


async def _read(days: int) -> tuple[str | None, list[Sent]]:
    async with open_registry(load_settings()) as database:
        return await deployed_sdl(database), await documents_in_use(database, today() - timedelta(days=days - 1))


def _deployed(text: str | None) -> GraphQLSchema:
    if text is None:
        raise ReelgraphError(
            "No server has run on this database, so no contract is deployed.",
            hint="Set REELGRAPH_DATABASE_URL to the deployed one, or name the deployed SDL: --against FILE",
        )
    return _built(text, "The deployed contract")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReelgraphError(f"{path} can't be read: {error}", hint="Name a file with a whole SDL.") from None


def _built(text: str, name: str) -> GraphQLSchema:
    try:
        return build_schema(text)
    except (GraphQLError, TypeError) as error:
        raise ReelgraphError(f"{name} is no valid schema: {error}", hint="Name a file with a whole SDL.") from None


def _tell(found: Verdict, days: int) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for broken in found.broken:
        console.print(broken.name, style="bold red", end=" ", markup=False)
        console.print(f"would break; it was last seen or registered {broken.last_seen}:")
        for break_ in broken.breaks:
            console.print(f"  {break_.operation or '(no name)'}: {break_.problem}", markup=False)
            console.print(f"    {break_.way_out}", markup=False)
    for change in found.unnoticed:
        console.print(f"{change.description} It breaks no registered client.", markup=False)
    if not found.broken:
        looked = f"{_count(found.documents, 'document')} of {_count(found.releases, 'release')}"
        console.print(f"Nothing would break for {looked}, seen or registered in the last {days} days.")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

"""`reelgraph mock`: a made-up answer to an operation, for the tests of frontends."""

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console

from database.errors import ReelgraphError
from server.cli.codegen import ROOT, Client, require_sources
from server.node import install, run_node

EXAMPLE = """For example: --variables '{"first": 2}'"""


def mock(
    operation: Annotated[str, typer.Argument(help="Its name, such as Videos.")],
    variables: Annotated[
        str, typer.Option("--variables", metavar="JSON", help="Those that it needs and are not given are made up.")
    ] = "{}",
    seed: Annotated[str, typer.Option("--seed", help="Another seed is another answer.")] = "0",
    documents: Annotated[
        list[str] | None,
        typer.Option(
            "--documents", metavar="GLOB", help="Files with graphql(`…`) in them, or .graphql. Default: ours."
        ),
    ] = None,
    schema: Annotated[Path | None, typer.Option("--schema", help="Default: schema.graphql of this checkout.")] = None,
) -> None:
    """Print a made-up answer to an operation: valid by the contract, and the same wherever it is made."""
    client = _sources(documents or [], schema)
    given = json.dumps(_object(variables))
    with Console(stderr=True).status("Making up an answer…"):
        answer = answered(client, operation, given, seed)
    typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))


def answered(client: Client, operation: str, variables: str, seed: str) -> dict[str, Any]:
    """`{"data": …}` for an operation, whose `variables` are JSON.

    Raises `ReelgraphError` if there is none of that name, with file, line and column of each mistake in the schema or
    the documents, and for variables that the operation doesn't take.
    """
    require_sources(client)
    install(client.package)
    with TemporaryDirectory() as folder:
        out = Path(folder) / "outcome.json"
        options = [option for glob in client.documents for option in ("--documents", glob)]
        options += ["--schema", client.name(client.schema), "--except", client.name(client.folder)]
        options += ["--variables", variables, "--seed", seed, "--out", str(out)]
        run_node(str(client.package / "generator/mock.ts"), operation, *options, cwd=client.base)
        outcome: dict[str, Any] = json.loads(out.read_text("utf-8"))
    match outcome:
        case {"mistakes": mistakes}:
            raise ReelgraphError("\n".join(mistakes), f"Correct it. {client.schema_hint}")
        case {"operations": names}:
            raise ReelgraphError(f"There is no operation {operation}.", f"There are: {', '.join(names)}.")
        case {"refused": reason}:
            raise ReelgraphError(f"{operation} can't be answered: {reason}", "Give it other --variables.")
    return outcome


def _sources(documents: list[str], schema: Path | None) -> Client:
    ours = Client.of_checkout(ROOT)
    client = replace(ours, base=Path.cwd(), documents=tuple(documents)) if documents else ours
    return replace(client, schema=schema.resolve()) if schema else client


def _object(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        raise ReelgraphError(f"--variables is no valid JSON: {error}.", EXAMPLE) from None
    if not isinstance(given, dict):
        raise ReelgraphError("--variables must be a JSON object.", EXAMPLE)
    return given

"""`reelgraph codegen`: schema.graphql and the operations in codegen/ become TypeScript."""

import filecmp
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from graphql import (
    DocumentNode,
    GraphQLError,
    NoUnusedFragmentsRule,
    Source,
    build_ast_schema,
    concat_ast,
    parse,
    specified_rules,
    validate,
)
from rich.console import Console

from database.errors import ReelgraphError
from server.node import npm, run_node

ROOT = Path(__file__).parents[2]
EXPORT = "`uv run reelgraph schema export` brings schema.graphql up to date."
# Fragments are also there to be copied, so one that no operation spreads is no mistake.
RULES = [rule for rule in specified_rules if rule is not NoUnusedFragmentsRule]


def codegen(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if the generated files are out of date.")
    ] = False,
) -> None:
    """Generate the TypeScript client in codegen/ from schema.graphql and the operations beside it."""
    with Console(stderr=True).status("") as status:
        build(ROOT, check=check, report=status.update)


def build(root: Path, *, check: bool = False, report: Callable[[str], None] = lambda _: None) -> None:
    """Bring `root/codegen/src/gql` up to date, or with `check` raise `ReelgraphError` if it isn't.

    Raises `ReelgraphError` too for operations that the schema doesn't allow and for TypeScript that doesn't compile.
    """
    package = root / "codegen"
    if not package.is_dir():
        raise ReelgraphError(f"There is no codegen folder in {root}.", "Run this in a checkout of the repository.")
    check_operations(root)
    report("Installing codegen packages…")
    install(package)
    report("Generating types…")
    with TemporaryDirectory() as folder:
        generate(package, Path(folder))
        changed = differences(package / "src/gql", Path(folder))
        if check and changed:
            files = ", ".join(f"codegen/src/gql/{name}" for name in changed)
            raise ReelgraphError(f"Out of date: {files}.", "Run `uv run reelgraph codegen`.")
        publish(changed, Path(folder), package / "src/gql")
    report("Checking types…")
    check_types(package)


def check_operations(root: Path) -> None:
    """Raise `ReelgraphError` with file and line of each mistake; the generator gives none for a syntax error."""
    paths = [root / "schema.graphql", *sorted((root / "codegen/operations").glob("*.graphql"))]
    try:
        schema, *operations = [_parsed(path, root) for path in paths]
        mistakes = validate(build_ast_schema(schema), concat_ast(operations), RULES)
    except FileNotFoundError:
        raise ReelgraphError("schema.graphql is missing.", EXPORT) from None
    except GraphQLError as error:
        mistakes = [error]
    except TypeError as error:
        raise ReelgraphError(f"schema.graphql is no valid schema: {error}", EXPORT) from error
    if mistakes:
        raise ReelgraphError("\n".join(_located(mistake) for mistake in mistakes), f"Correct it. {EXPORT}")


def install(package: Path) -> None:
    """Install what package-lock.json names, unless that is what is installed."""
    lock, installed = package / "package-lock.json", package / "node_modules/.installed.json"
    if installed.is_file() and filecmp.cmp(lock, installed, shallow=False):
        return
    npm("ci", cwd=package)
    shutil.copyfile(lock, installed)


def generate(package: Path, folder: Path) -> None:
    """Write the generated files into `folder`."""
    _run_node("The types can't be generated.", "generate.ts", f"{folder.as_posix()}/", cwd=package)


def differences(old: Path, new: Path) -> list[str]:
    """The names of the files that are in one folder only or differ."""
    names = {path.name for folder in (old, new) for path in folder.glob("*")}
    return sorted(name for name in names if _content(old / name) != _content(new / name))


def publish(names: list[str], source: Path, target: Path) -> None:
    """Make `names` in `target` what they are in `source`, also where they are nothing."""
    target.mkdir(parents=True, exist_ok=True)
    for name in names:
        if (source / name).exists():
            shutil.copyfile(source / name, target / name)
        else:
            (target / name).unlink()


def check_types(package: Path) -> None:
    """Compile the package without writing anything."""
    tsc = "node_modules/typescript/bin/tsc"
    _run_node("The TypeScript client doesn't compile.", tsc, "--noEmit", "--pretty", "false", cwd=package)


def _run_node(failure: str, *arguments: str, cwd: Path) -> None:
    try:
        run_node(*arguments, cwd=cwd)
    except ReelgraphError as error:
        raise ReelgraphError(failure, error.hint) from error


def _parsed(path: Path, root: Path) -> DocumentNode:
    return parse(Source(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix()))


def _located(error: GraphQLError) -> str:
    if not (error.source and error.locations):
        return error.message
    line, column = error.locations[0]
    return f"{error.source.name}:{line}:{column}: {error.message}"


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None

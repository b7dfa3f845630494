"""`reelgraph codegen`: a schema and documents become TypeScript, in codegen/ or for a frontend that lives elsewhere."""

import json
import os
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console

from database.errors import ReelgraphError
from server.node import install, run_node

ROOT = Path(__file__).parents[2]
COMMAND = "uv run reelgraph codegen"
# Says what the files beside it were generated from.
ORIGIN = "generated-from.json"

Report = Callable[[str], None]


@dataclass(frozen=True)
class Client:
    """What is generated, from what. Files are named in messages as they are seen from `base`."""

    base: Path
    schema: Path
    documents: tuple[str, ...]  # globs, relative to `base`
    folder: Path
    command: str  # brings it up to date
    package: Path = ROOT / "codegen"  # has the generator

    @classmethod
    def of_checkout(cls, root: Path) -> "Client":
        """The one in `root/codegen`."""
        package = root / "codegen"
        return cls(
            root, root / "schema.graphql", ("codegen/operations/*.graphql",), package / "src/gql", COMMAND, package
        )

    @property
    def is_packages(self) -> bool:
        """Whether it is the package's own."""
        return self.folder == self.package / "src/gql"

    @property
    def schema_hint(self) -> str:
        """How the schema is brought up to date."""
        ours = self.schema.resolve() == (self.package.parent / "schema.graphql").resolve()
        return "`uv run reelgraph schema export` brings schema.graphql up to date." if ours else "Name it by --schema."

    def name(self, path: Path) -> str:
        """A file's name in messages."""
        return Path(os.path.relpath(path, self.base)).as_posix()


def codegen(
    documents: Annotated[
        list[str] | None,
        typer.Option("--documents", metavar="GLOB", help="Files of a frontend with graphql(`…`) in them, or .graphql."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="A folder of its own for what is made of them.")] = None,
    schema: Annotated[Path | None, typer.Option("--schema", help="Default: schema.graphql of this checkout.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Generate again after every change, until Ctrl-C.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if the generated files are out of date.")
    ] = False,
) -> None:
    """Generate the TypeScript client in codegen/, or one for a frontend that lives elsewhere."""
    if watch and check:
        raise ReelgraphError("--watch writes, --check does not.", "Give one of them.")
    client = _chosen(documents or [], out, schema)
    if watch:
        globs = [client.base / glob for glob in client.documents]
        _whenever_changed(client.schema, globs, client.folder, lambda: _run(client, check=False))
    else:
        _run(client, check=check)


def _whenever_changed(schema: Path, globs: list[Path], except_in: Path, act: Callable[[], None]) -> None:
    try:
        # What `--help` need not have, production has not.
        from server.cli.watching import whenever_changed  # noqa: PLC0415
    except ModuleNotFoundError:
        hint = "Install it with: pip install 'reelgraph[codegen]'"
        raise ReelgraphError("--watch needs the package watchfiles.", hint) from None
    whenever_changed(schema, globs, except_in, act)


def _chosen(documents: list[str], out: Path | None, schema: Path | None) -> Client:
    if not documents and out is None and schema is None:
        return Client.of_checkout(ROOT)
    if not documents or out is None:
        raise ReelgraphError(
            "--documents and --out go together.",
            f"For example: {COMMAND} --documents '../web/src/**/*.ts' --out ../web/src/gql",
        )
    words = [word for glob in documents for word in ("--documents", glob)] + ["--out", str(out)]
    words += ["--schema", str(schema)] if schema else []
    command = f"{COMMAND} {shlex.join(words)}"
    return Client(Path.cwd(), schema or ROOT / "schema.graphql", tuple(documents), out, command)


def _run(client: Client, *, check: bool) -> None:
    with Console(stderr=True).status("") as status:
        written = update(client, check=check, report=status.update)
    folder = client.name(client.folder)
    typer.echo(f"Wrote {', '.join(written)} in {folder}." if written else f"{folder} is up to date.")


def build(root: Path, *, check: bool = False, report: Report = lambda _: None) -> None:
    """Bring `root/codegen/src/gql` up to date, or with `check` raise `ReelgraphError` if it isn't.

    Raises `ReelgraphError` too for operations that the schema doesn't allow and for TypeScript that doesn't compile.
    """
    update(Client.of_checkout(root), check=check, report=report)


def update(client: Client, *, check: bool = False, report: Report = lambda _: None) -> list[str]:
    """Bring a client up to date, as `build` does, and answer the names of the files that were not."""
    require_sources(client)
    report("Installing codegen packages…")
    install(client.package)
    report("Generating types…")
    with TemporaryDirectory() as folder:
        fresh = generate(client, Path(folder))
        changed = differences(client.folder, fresh)
        if not client.is_packages:  # a frontend may keep files of its own there
            changed = [name for name in changed if (fresh / name).exists()]
        if check and changed:
            raise ReelgraphError(drift(client, fresh, changed), f"Run `{client.command}`.")
        publish(changed, fresh, client.folder)
    if client.is_packages:
        report("Checking types…")
        check_types(client.package)
    return changed


def require_sources(client: Client) -> None:
    """Raise `ReelgraphError` when something is missing, or in the way."""
    if not client.package.is_dir():
        hint = "Run this in a checkout of the repository."
        raise ReelgraphError(f"There is no codegen folder in {client.package.parent}.", hint)
    if not client.schema.is_file():
        raise ReelgraphError(f"{client.name(client.schema)} is missing.", client.schema_hint)
    if not client.is_packages and _is_taken(client.folder):
        hint = "Empty it, or name a folder that is for nothing else."
        raise ReelgraphError(f"{client.name(client.folder)} has files that this command did not write.", hint)


def generate(client: Client, folder: Path) -> Path:
    """The folder, inside of `folder`, into which the generated files are written.

    Raises `ReelgraphError` with file, line and column of each mistake in the schema or the documents.
    """
    options = [option for glob in client.documents for option in ("--documents", glob)]
    options += ["--schema", client.name(client.schema), "--except", client.name(client.folder), "--out", str(folder)]
    script = client.package / "generator/generate.ts"
    _run_node("The types can't be generated.", str(script), *options, cwd=client.base)
    if (mistakes := folder / "mistakes.json").exists():
        raise ReelgraphError("\n".join(json.loads(mistakes.read_text("utf-8"))), f"Correct it. {client.schema_hint}")
    return folder / "gql"


def drift(client: Client, fresh: Path, changed: list[str]) -> str:
    """What is out of date, and what has changed that it was generated from."""
    files = ", ".join(client.name(client.folder / name) for name in changed)
    now = _origin(fresh)
    was = now | _origin(client.folder)
    causes = []
    if was["schema"] != now["schema"]:
        causes.append(f"{client.name(client.schema)} has changed.")
    if was["operations"] != now["operations"]:
        causes.append("The operations have changed.")
    if was["generator"] != now["generator"]:
        causes.append(f"The generator has changed: {_versions(was['generator'], now['generator'])}.")
    return " ".join([*causes, f"Out of date: {files}."])


def differences(old: Path, new: Path) -> list[str]:
    """The names of the files that are in one folder only or differ."""
    names = {path.name for folder in (old, new) for path in folder.glob("*") if path.is_file()}
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


def _is_taken(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir()) and not (folder / ORIGIN).exists()


def _origin(folder: Path) -> dict[str, Any]:
    try:
        origin: dict[str, Any] = json.loads((folder / ORIGIN).read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return origin


def _versions(was: dict[str, str], now: dict[str, str]) -> str:
    names = sorted(name for name in was | now if was.get(name) != now.get(name))
    return ", ".join(f"{name} was {was.get(name, 'not there')}, is {now.get(name, 'gone')}" for name in names)


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None

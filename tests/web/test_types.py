"""The proof of the types: the app compiles by the contract, and stops compiling where the contract has changed."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from server.cli.codegen import ROOT
from server.node import node, node_path
from server.web_build import CLIENT, WEB_APP

# Fields of Video, as Python has them, with the names that they get.
RENAMED = {"size_bytes": ("sizeBytes", "byteCount"), "original_filename": ("originalFilename", "filename")}
USES = re.compile(r"\bvideo\.(sizeBytes|originalFilename)\b|(?<!function )\bnameOf\(")
PYTHON = ("database", "executor", "processing", "schema", "server", "services")
# `as const` is no cast, an alias of an import neither.
LOOSE = {
    "any": re.compile(r"(?<![\w.'-])any(?![\w'-])(?=\s*[;,)>\]=|&\[]|$)", re.MULTILINE),
    "a cast": re.compile(r"\bas (?!const\b)[A-Z{(\[a-z]"),
    "an assertion": re.compile(r"[\w)\]]!(?=[.;,)\]\[\s])(?!=)"),
    "an exception": re.compile(r"@ts-|eslint-disable|biome-ignore"),
}
NO_CODE = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:[^'\\\n]|\\.)*'|>[^<>{}]*<", re.DOTALL)
IMPORT = re.compile(r"^import\b.*?;$", re.MULTILINE | re.DOTALL)

ERROR = re.compile(r"^src/(\S+?)\((\d+),\d+\): error", re.MULTILINE)
CONFIGURATION = "tsconfig.copy.json"

Place = tuple[str, int]


def sources() -> list[Path]:
    """The app's own TypeScript."""
    found = [*WEB_APP.package.glob("src/**/*.ts*"), *WEB_APP.package.glob("*.ts")]
    return [path for path in found if ".gen." not in path.name]


def compiled(web: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `tsc` says of the app in a folder."""
    command = [str(node()), "node_modules/typescript/bin/tsc", "--noEmit", "--pretty", "false", *arguments]
    return subprocess.run(command, cwd=web, env=node_path(), capture_output=True, text=True, check=False)


def reelgraph(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the Python in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "server", *arguments], cwd=checkout, capture_output=True, text=True, check=False
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of all that has a part in the types, to change at will."""
    WEB_APP.install()
    ignored = shutil.ignore_patterns("node_modules", "dist", "__pycache__", "data")
    for folder in (*PYTHON, "codegen", "web"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    for package in (CLIENT, WEB_APP.package):
        (tmp_path / package.name / "node_modules").symlink_to(package / "node_modules")
    shutil.copyfile(ROOT / "schema.graphql", tmp_path / "schema.graphql")
    # The link in node_modules leads to the original.
    paths = {"@reelgraph/client": ["../codegen/src/index.ts"]}
    configuration = {"extends": "./tsconfig.json", "compilerOptions": {"paths": paths}}
    (tmp_path / "web" / CONFIGURATION).write_text(json.dumps(configuration))
    return tmp_path


def rename_in_python(checkout: Path) -> None:
    """Give fields of Video other names in the contract."""
    path = checkout / "schema/objects.py"
    text = path.read_text()
    for name, (_, new) in RENAMED.items():
        text, count = re.subn(
            rf"^(    {name}: \w+ = strawberry\.field\()", rf'\1name="{new}", ', text, flags=re.MULTILINE
        )
        assert count == 1, name
    path.write_text(text)


def test_the_app_compiles() -> None:
    WEB_APP.install()
    result = compiled(WEB_APP.package)
    assert result.returncode == 0, result.stdout


def test_nothing_in_it_gets_around_the_types() -> None:
    loose = []
    for path in sources():
        code = IMPORT.sub("", NO_CODE.sub("", path.read_text()))
        # Lists of imports and exports rename by `as`.
        for what, pattern in LOOSE.items():
            text = path.read_text() if what == "an exception" else code
            loose += [
                f"{path.name}: {what}: {text[max(0, m.start() - 30) : m.end() + 30]!r}" for m in pattern.finditer(text)
            ]
    assert loose == []


def test_a_field_renamed_in_python_is_named_wherever_the_app_uses_it(checkout: Path) -> None:
    before = compiled(checkout / "web", "-p", CONFIGURATION)
    assert before.returncode == 0, before.stdout
    rename_in_python(checkout)
    exported = reelgraph(checkout, "schema", "export")
    assert exported.returncode == 0, exported.stderr

    refused = reelgraph(checkout, "codegen")
    assert refused.returncode == 1
    operations = checkout / "codegen/operations"
    asked = {
        f"{path.name}:{number}"
        for path in operations.iterdir()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if line.strip() in {old for old, _ in RENAMED.values()}
    }
    assert asked
    assert all(place in refused.stderr for place in asked), refused.stderr

    for path in operations.iterdir():
        text = path.read_text()
        for old, new in RENAMED.values():
            text = re.sub(rf"^(\s+){old}$", rf"\1{new}", text, flags=re.MULTILINE)
        path.write_text(text)
    reelgraph(checkout, "codegen")  # which writes, and then checks its own examples
    told = compiled(checkout / "web", "-p", CONFIGURATION)
    named = {
        (found[1], int(found[2]))
        for found in re.finditer(r"^src/(\S+?)\((\d+),\d+\): error", told.stdout, re.MULTILINE)
    }
    assert named == uses(checkout / "web/src"), told.stdout


def uses(source: Path) -> set[Place]:
    """Where the app uses these fields, by hand or by what needs them."""
    return {
        (path.relative_to(source).as_posix(), number)
        for path in source.glob("**/*.ts*")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if USES.search(line) and path.name != "format.ts"  # where `nameOf` says itself what it needs
    }

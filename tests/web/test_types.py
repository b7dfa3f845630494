"""The proof of the types: the app compiles by the contract, and stops compiling where the contract has changed."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.cli.codegen import ROOT
from server.node import node, node_path, run_node
from server.web_build import CLIENT, WEB_APP

# Fields of Video, as Python has them, with the names that they get.
RENAMED = {"size_bytes": ("sizeBytes", "byteCount"), "original_filename": ("originalFilename", "filename")}
# What else needs a field of Video: what a video's name is made of.
NEEDS = re.compile(r"(?<!function )\bnameOf\(")
PYTHON = ("database", "executor", "processing", "schema", "server", "services")
COMPILER = Path(__file__).with_name("compiler.mjs")
UNWRITTEN = ": is any"

MISTAKE = re.compile(r"\bcodegen/operations/(\S+?:\d+):\d+: Cannot query field")
ERROR = re.compile(r"^src/(\S+?)\((\d+),\d+\): error", re.MULTILINE)
CONFIGURATION = "tsconfig.copy.json"


def known(*fields: str) -> dict[str, set[str]]:
    """What the compiler knows of the app; see compiler.mjs."""
    told = run_node("--input-type=module", "--eval", COMPILER.read_text(), *fields, cwd=WEB_APP.package)
    return {name: set(places) for name, places in json.loads(told).items()}


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
    WEB_APP.install()
    assert {place for place in known()["loose"] if not place.endswith(UNWRITTEN)} == set()


def test_no_value_is_of_the_type_any_without_saying_so() -> None:
    WEB_APP.install()
    assert {place for place in known()["loose"] if place.endswith(UNWRITTEN)} == set()


def test_a_field_renamed_in_python_is_named_wherever_the_app_uses_it(checkout: Path) -> None:
    before = compiled(checkout / "web", "-p", CONFIGURATION)
    assert before.returncode == 0, before.stdout
    rename_in_python(checkout)
    exported = reelgraph(checkout, "schema", "export")
    assert exported.returncode == 0, exported.stderr

    refused = reelgraph(checkout, "codegen")
    assert refused.returncode == 1
    operations = checkout / "codegen/operations"
    old_names = {old for old, _ in RENAMED.values()}
    asked = {place for place, line in lines(operations, "*.graphql") if line.strip() in old_names}
    assert asked
    assert set(MISTAKE.findall(refused.stderr)) == asked, refused.stderr

    rename_in_operations(operations)
    reelgraph(checkout, "codegen")  # which writes, and then checks its own examples
    told = compiled(checkout / "web", "-p", CONFIGURATION)
    uses = known(*old_names)["uses"]
    assert uses
    needs = {place for place, line in lines(WEB_APP.package / "src", "**/*.ts*") if NEEDS.search(line)}
    assert {f"{path}:{line}" for path, line in ERROR.findall(told.stdout)} == uses | needs, told.stdout


def rename_in_operations(operations: Path) -> None:
    """Ask for the new names."""
    for path in operations.iterdir():
        text = path.read_text()
        for old, new in RENAMED.values():
            text = re.sub(rf"^(\s+){old}$", rf"\1{new}", text, flags=re.MULTILINE)
        path.write_text(text)


def lines(folder: Path, pattern: str) -> Iterator[tuple[str, str]]:
    """The places and texts of all lines of files."""
    for path in folder.glob(pattern):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            yield f"{path.relative_to(folder).as_posix()}:{number}", line

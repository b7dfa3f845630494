"""docs/dependencies.md names what is asked for, all of it and nothing else; and what is asked for is used."""

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import metadata, packages_distributions
from pathlib import Path
from typing import Any

import pytest

from tests.test_repository import ROOT, tracked_files

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PEERS = "bench/peers/requirements.in"
RUNTIME_FOLDERS = ("database", "executor", "processing", "schema", "server", "services")
OURS = {*RUNTIME_FOLDERS, "bench", "tests"}

# Not imported by us: uvicorn takes them, and PyJWT.
TAKEN_BY_NAME = {"cryptography", "httptools", "websockets"}
# Imported where it is there, and found without being imported; and what later versions of Python have.
EXTRAS, LATER = {"watchfiles"}, {"compression"}

ROW = re.compile(r"\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|")


def listed() -> dict[str, dict[str, str]]:
    """The page's sections, and of each the packages with their licences; each row says why, and what else would do."""
    found: dict[str, dict[str, str]] = {}
    for section in (ROOT / "docs/dependencies.md").read_text().split("\n## ")[1:]:
        title, _, text = section.partition("\n")
        rows = [ROW.fullmatch(line) for line in text.splitlines() if line.startswith("| `")]
        assert None not in rows, title
        found[title] = {row[1]: row[3].strip() for row in rows if row}
        assert len(found[title]) == len(rows), title
    return found


def names(requirements: Iterable[str]) -> set[str]:
    return {found[0] for one in requirements if (found := re.match(r"[\w-]+", one))}


def package_files() -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in tracked_files() if path.name == "package.json"]


def of_npm(file: str) -> set[str]:
    package: Mapping[str, Mapping[str, str]] = json.loads((ROOT / file).read_text())
    return {name for kind in ("dependencies", "devDependencies", "peerDependencies") for name in package.get(kind, {})}


def test_the_listing_has_what_is_asked_for_and_nothing_else() -> None:
    asked = {"Runtime": names(PROJECT["dependencies"])}
    asked |= {f"Extra: {extra}": names(found) for extra, found in PROJECT["optional-dependencies"].items()}
    asked |= {PEERS: names(line for line in (ROOT / PEERS).read_text().splitlines() if not line.startswith("#"))}
    asked |= {file: of_npm(file) for file in package_files()}
    assert {title: set(rows) for title, rows in listed().items()} == asked


def test_licences_are_what_the_packages_say() -> None:
    said = listed()
    for title in said:
        if title == "Runtime" or title.startswith("Extra: "):
            for name, licence in said[title].items():
                assert (metadata(name).json.get("license_expression") or licence) == licence, name
    for file in package_files():
        packages = json.loads((ROOT / file).with_name("package-lock.json").read_text())["packages"]
        for name, licence in said[file].items():
            assert packages.get(f"node_modules/{name}", {}).get("license", licence) == licence, (file, name)


def imported(folders: Iterable[str]) -> set[str]:
    """The distributions that modules in these folders import."""
    modules = set()
    for path in tracked_files():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    modules |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    modules.add(node.module.partition(".")[0])
    known = packages_distributions()
    foreign = modules - set(sys.stdlib_module_names) - OURS
    return {re.sub("[._]", "-", name.lower()) for module in foreign for name in known.get(module, [module])}


def test_what_runs_imports_what_it_asks_for_and_asks_for_what_it_imports() -> None:
    asked = names(PROJECT["dependencies"])
    # `opentelemetry` is one name that many distributions share.
    found = {name for name in imported(RUNTIME_FOLDERS) if not name.startswith("opentelemetry-")}
    assert found - asked - LATER == EXTRAS
    assert asked - found == TAKEN_BY_NAME
    assert names(PROJECT["optional-dependencies"]["codegen"]) >= EXTRAS


@pytest.mark.parametrize("file", package_files())
def test_every_package_of_npm_is_locked(file: str) -> None:
    packages = json.loads((ROOT / file).with_name("package-lock.json").read_text())["packages"]
    assert of_npm(file) <= {Path(name).as_posix().removeprefix("node_modules/") for name in packages}

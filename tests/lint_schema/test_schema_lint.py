"""schema.graphql as graphql-eslint and the Relay compiler see it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from server.cli.codegen import ROOT
from server.node import install, node

PACKAGE = Path(__file__).parent

# What each rule is there to find, so that a configuration which finds nothing is found out.
FAULTS = {
    "no-typename-prefix": ("type Video implements Node {", "type Video implements Node {\n  videoTitle: String"),
    "relay-arguments": ("type Viewer {", "type Viewer {\n  videos: VideoConnection!"),
    "relay-edge-types": ("  edges: [VideoEdge!]!", "  edges: [Video!]!"),
    "relay-page-info": ("  hasNextPage: Boolean!", "  hasNextPage: Boolean"),
    "require-description": ('"""Everything that can be read."""\n', ""),
    "strict-id-in-types": ("type Viewer {", "type Person {\n  name: String\n}\n\ntype Viewer {\n  person: Person"),
}


@pytest.fixture(scope="session")
def package() -> Path:
    """The npm package beside this file, with its dependencies installed."""
    install(PACKAGE)
    return PACKAGE


@pytest.fixture
def frontend(package: Path, tmp_path: Path) -> Path:
    """A frontend's folder with Relay fragments and the repository's schema.graphql, to change at will."""
    shutil.copytree(package / "relay", tmp_path, dirs_exist_ok=True)
    shutil.copyfile(ROOT / "schema.graphql", tmp_path / "schema.graphql")
    return tmp_path


def test_graphql_eslint_finds_no_fault(frontend: Path) -> None:
    if complaints := eslint(frontend):
        pytest.fail(complaints, pytrace=False)


def test_relay_compiles_fragments_that_page(frontend: Path) -> None:
    if complaints := relay(frontend):
        pytest.fail(complaints, pytrace=False)
    assert (frontend / "generated/videosJobsPageQuery.graphql.ts").is_file()


def test_graphql_eslint_finds_faults(frontend: Path) -> None:
    for old, new in FAULTS.values():
        replace(frontend / "schema.graphql", old, new)
    complaints = eslint(frontend)
    assert [rule for rule in FAULTS if f"@graphql-eslint/{rule}" not in complaints] == []


def test_relay_refuses_a_list_that_it_can_not_page(frontend: Path) -> None:
    replace(frontend / "schema.graphql", "  endCursor: String", "  lastCursor: String")
    assert "endCursor" in relay(frontend)


def eslint(folder: Path) -> str:
    """What graphql-eslint says against `folder/schema.graphql`."""
    config = PACKAGE / "eslint.config.js"
    return complaints_of("eslint/bin/eslint.js", "--config", str(config), "schema.graphql", cwd=folder)


def relay(folder: Path) -> str:
    """What the Relay compiler says against the fragments in `folder`."""
    (folder / "generated").mkdir()
    return complaints_of("relay-compiler/cli.js", "--output", "quiet-with-errors", cwd=folder)


def complaints_of(script: str, *arguments: str, cwd: Path) -> str:
    """All that a tool prints if it fails; nothing if it doesn't."""
    done = subprocess.run(
        [node(), PACKAGE / "node_modules" / script, *arguments],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return (done.stdout or "It failed without a word.") if done.returncode else ""


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))

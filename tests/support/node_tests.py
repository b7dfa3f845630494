"""Tests in TypeScript, which stand among our own and run as programs in a copy of the npm package."""

import shutil
from pathlib import Path

import pytest

from database.errors import ReelgraphError
from server.cli.codegen import check_types
from server.node import run_node

FOLDER = Path(__file__).parents[1] / "codegen"


def run_node_tests(package: Path, name: str) -> None:
    """Compile and run a file of tests; fails with what they print."""
    shutil.copy(FOLDER / name, package / "examples")
    try:
        check_types(package)
        run_node("--test", "--test-reporter=dot", f"examples/{name}", cwd=package)
    except ReelgraphError as error:
        pytest.fail(f"{error}\n{error.hint}", pytrace=False)

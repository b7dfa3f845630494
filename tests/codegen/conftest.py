import shutil
from pathlib import Path

import pytest

from server.cli.codegen import ROOT
from server.node import install

PACKAGE = ROOT / "codegen"


@pytest.fixture(scope="session")
def package() -> Path:
    """The npm package in the repository, with its dependencies installed."""
    install(PACKAGE)
    return PACKAGE


@pytest.fixture
def checkout(package: Path, tmp_path: Path) -> Path:
    """A copy of what the generator reads and writes, to change at will."""
    shutil.copyfile(ROOT / "schema.graphql", tmp_path / "schema.graphql")
    shutil.copytree(package, tmp_path / "codegen", ignore=shutil.ignore_patterns("node_modules"))
    (tmp_path / "codegen/node_modules").symlink_to(package / "node_modules")
    return tmp_path

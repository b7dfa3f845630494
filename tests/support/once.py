"""What all processes of a run share: the first that needs it makes it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from database.embedded.locks import locked, opened


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that `make` fills, once in a run; those who need it meanwhile wait. It is nobody's to change."""
    own = factory.getbasetemp()
    # pytest-xdist gives each process a folder beside those of the others.
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    made = folder.with_suffix(".made")
    with opened(folder.with_suffix(".lock")) as descriptor, locked(descriptor):
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # somebody failed at it
            folder.mkdir()
            make(folder)
            made.touch()
    return folder

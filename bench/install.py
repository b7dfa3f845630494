"""What the benchmark needs beside the project's own environment: wrk, the Node peers, the Python peers."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from database.errors import ReelgraphError
from server.node import npm

PEERS = Path(__file__).parent / "peers"
PYTHON_PEERS = Path(".reelgraph/bench/python")


def install(say: Callable[[str], None]) -> None:
    """Install what is missing; raises `ReelgraphError` where that can't be done."""
    require_wrk(say)
    _once(PEERS / "package-lock.json", PEERS / "node_modules", _install_node_peers, say)
    _once(PEERS / "requirements.txt", PYTHON_PEERS, _install_python_peers, say)


def require_wrk(say: Callable[[str], None]) -> None:
    """Install what makes the load, if it is missing; raises `ReelgraphError` where that can't be done."""
    if shutil.which("wrk") is None:
        say("Installing wrk …")
        _install_wrk()


def _once(pins: Path, place: Path, install_into: Callable[[], object], say: Callable[[str], None]) -> None:
    """Install what is pinned, unless it is what was installed last."""
    digest, stamp = hashlib.sha256(pins.read_bytes()).hexdigest(), place / ".pins"
    if not stamp.exists() or stamp.read_text() != digest:
        say(f"Installing the peers of {pins} …")
        install_into()
        stamp.write_text(digest)


def _install_wrk() -> None:
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "wrk"]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise ReelgraphError("wrk, which makes the load, is missing.", "Install it: apt-get install wrk")
    for one in (["apt-get", "update", "-qq"], command):
        _run(*one)


def _install_node_peers() -> None:
    npm("ci", cwd=PEERS)


def _install_python_peers() -> None:
    uv = str(Path(sys.executable).with_name("uv"))
    _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(PYTHON_PEERS))
    pins = str(PEERS / "requirements.txt")
    _run(uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", "--python", str(PYTHON_PEERS), pins)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReelgraphError(f"`{' '.join(command)}` failed.", (done.stdout + done.stderr).strip())

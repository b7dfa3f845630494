"""On what was measured: the machine, and the versions of everything that took part."""

import importlib.metadata
import json
import os
import platform
import re
import subprocess
from pathlib import Path

import psutil

from bench.install import PEERS, PYTHON_PEERS
from bench.place import Place
from bench.servers import Server
from server.node import node

IDLE_SECONDS = 3


async def machine(place: Place) -> list[tuple[str, str]]:
    """Names and values, in the order in which they are shown; call it before the load, whose processes count too."""
    [[postgres]] = await place.fetch("SHOW server_version")
    return [
        ("Processor", f"{_processor()}, {os.cpu_count()} cores"),
        ("Memory", f"{psutil.virtual_memory().total / 2**30:.0f} GiB"),
        ("System", f"{platform.system()} {platform.release()}"),
        ("Python", platform.python_version()),
        ("Node.js", _output(str(node()), "--version").removeprefix("v")),
        ("PostgreSQL", postgres),
        ("wrk", _wrk()),
        ("Busy before the load", f"{psutil.cpu_percent(interval=IDLE_SECONDS):.0f} %"),
    ]


def versions(server: Server) -> str:
    """`package version, …` of a server."""
    return ", ".join(f"{package} {_version(server, package)}" for package in server.packages)


def _version(server: Server, package: str) -> str:
    if server.is_node:
        found = json.loads((PEERS / "node_modules" / package / "package.json").read_text())
        return str(found["version"])
    if server.command[0].startswith(str(PYTHON_PEERS)):
        [metadata] = PYTHON_PEERS.glob(f"lib/*/site-packages/{package.replace('-', '_')}-*.dist-info")
        return metadata.name.removesuffix(".dist-info").rpartition("-")[2]
    return importlib.metadata.version(package)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.*)$", info.read_text(), re.MULTILINE) if info.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def _wrk() -> str:
    found = re.search(r"\d+\.\d+\.\d+", _output("wrk", "--version"))
    return found[0] if found else "unknown"


def _output(*command: str) -> str:
    # `wrk --version` prints its version and ends with 1.
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

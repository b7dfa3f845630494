"""Builds GraphiQL when its sources have changed: `python -m server.graphiql.build`."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from database.errors import ReelgraphError
from server.compression import compress_well
from server.graphiql.page import DIST, ENCODED
from server.node import npm

PROJECT = Path(__file__).parent
STAMP = DIST / ".sources"
# This file, too: it says what a build has.
CONFIGURATION = [
    "build.py",
    ".npmrc",
    "index.html",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
]

# What saves less than a tenth is left out.
WORTHWHILE = 0.9


def build_if_stale() -> None:
    """Build `dist` unless it is that of the present sources; raises `ReelgraphError` if the build fails."""
    if not (PROJECT / "src").is_dir():
        return  # an installed wheel brings the build and no sources
    sources = _digest()
    if STAMP.is_file() and STAMP.read_text() == sources:
        typer.echo("GraphiQL is up to date.")
        return
    typer.echo("Building GraphiQL, about 20 seconds …")
    npm("ci", cwd=PROJECT)
    npm("run", "build", cwd=PROJECT)
    for asset in sorted((DIST / "assets").iterdir()):
        precompress(asset)
    STAMP.write_text(sources)


def precompress(asset: Path) -> None:
    """Lay an asset's encoded forms beside it; those that save little are left out."""
    content = asset.read_bytes()
    for coding, suffix in ENCODED.items():
        encoded = compress_well(content, coding)
        if len(encoded) < len(content) * WORTHWHILE:
            asset.with_name(asset.name + suffix).write_bytes(encoded)


def _digest() -> str:
    digest = hashlib.sha256()
    for path in _sources():
        content = path.read_bytes()
        digest.update(f"{path.relative_to(PROJECT).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield from (PROJECT / name for name in CONFIGURATION)
    yield from sorted(path for path in (PROJECT / "src").rglob("*") if path.is_file())


if __name__ == "__main__":
    try:
        build_if_stale()
    except ReelgraphError as error:
        sys.exit(f"{error}\n{error.hint}")

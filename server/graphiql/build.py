"""Builds GraphiQL when its sources have changed: `python -m server.graphiql.build`."""

import sys
from pathlib import Path

from database.errors import ReelgraphError
from server.compression import compress_well
from server.front_builds import FrontBuild
from server.graphiql.page import DIST, ENCODED

PROJECT = Path(__file__).parent
GRAPHIQL = FrontBuild(
    "GraphiQL",
    PROJECT,
    # This file, too: it says what a build has.
    (
        "build.py",
        ".npmrc",
        "index.html",
        "package.json",
        "package-lock.json",
        "tsconfig.json",
        "vite.config.ts",
        "src",
    ),
)

# What saves less than a tenth is left out.
WORTHWHILE = 0.9


def build_if_stale() -> None:
    """Build `dist` unless it is that of the present sources; raises `ReelgraphError` if the build fails."""
    if (PROJECT / "src").is_dir():  # an installed wheel brings the build and no sources
        GRAPHIQL.build_if_stale(_precompress_all)


def precompress(asset: Path) -> None:
    """Lay an asset's encoded forms beside it; those that save little are left out."""
    content = asset.read_bytes()
    for coding, suffix in ENCODED.items():
        encoded = compress_well(content, coding)
        if len(encoded) < len(content) * WORTHWHILE:
            asset.with_name(asset.name + suffix).write_bytes(encoded)


def _precompress_all() -> None:
    for asset in sorted((DIST / "assets").iterdir()):
        precompress(asset)


if __name__ == "__main__":
    try:
        build_if_stale()
    except ReelgraphError as error:
        sys.exit(f"{error}\n{error.hint}")

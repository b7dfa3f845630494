"""Builds the web app when its sources have changed: `python -m server.web_build`; `--check` checks its types first."""

import sys
from pathlib import Path

from database.errors import ReelgraphError
from server.front_builds import FrontBuild
from server.node import npm

ROOT = Path(__file__).parents[1]
CLIENT = ROOT / "codegen"
WEB_APP = FrontBuild(
    "the web app",
    ROOT / "web",
    (
        ".npmrc",
        "package.json",
        "package-lock.json",
        "tsconfig.json",
        "vite.config.ts",
        "public",
        "src",
        "../codegen/package.json",
        "../codegen/src",
    ),
    links=(CLIENT,),
)


def has_web_app() -> bool:
    """Whether its sources are here: an installed wheel does not bring them."""
    return (WEB_APP.package / "package.json").is_file()


def require_web_app() -> None:
    """Raise `ReelgraphError` where its sources are not here."""
    if not has_web_app():
        raise ReelgraphError(
            f"There is no web app in {WEB_APP.package.parent}.",
            "It is not in the wheel: run this in a checkout of the repository.",
        )


def check_types() -> None:
    """Raise `ReelgraphError` with the compiler's messages unless the types are right."""
    WEB_APP.install()
    npm("run", "check", cwd=WEB_APP.package)


if __name__ == "__main__":
    try:
        require_web_app()
        if "--check" in sys.argv:
            check_types()
        WEB_APP.build_if_stale()
    except ReelgraphError as error:
        sys.exit(f"{error}\n{error.hint}")

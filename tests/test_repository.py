"""Promises about the repository itself."""

import re
import subprocess
import sys
from pathlib import Path

from schema.schema import sdl
from server.settings import Settings

ROOT = Path(__file__).parent.parent


def tracked_files() -> list[Path]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607  git is where it is
    return [path for name in names.splitlines() if (path := ROOT / name).is_file()]


def test_imports_point_down_only() -> None:
    # As a process: in ours it would set up logging as it likes it, for the tests that follow, too.
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", str(ROOT / "pyproject.toml")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_schema_file_is_what_the_code_says() -> None:
    assert (ROOT / "schema.graphql").read_text() == sdl(), "write it anew with: uv run reelgraph schema export"


def test_readme_has_every_setting_as_it_is() -> None:
    readme = (ROOT / "README.md").read_text()
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        row = f"| `REELGRAPH_{name.upper()}` | {default} | {field.description} |"
        assert row in readme, f"the README's settings lack: {row}"


def test_pins_name_no_registry() -> None:
    for path in tracked_files():
        if path.name in {
            "requirements.lock",
            "requirements-runtime.lock",
            "package-lock.json",
            ".npmrc",
            "pyproject.toml",
        }:
            text = path.read_text()
            assert not re.search(r'"resolved": "\w+:|^--(extra-)?index-url|registry\s*=', text, re.MULTILINE), path
    assert ROOT / "uv.lock" not in tracked_files()


def test_requirements_are_pinned_with_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pins = re.findall(r"^([a-z0-9-]+)==\S+.*\\\n    --hash=sha256:", lock, re.MULTILINE)
    assert {"strawberry-graphql", "starlette", "uvicorn", "sqlalchemy", "asyncpg", "pytest"} <= set(pins)

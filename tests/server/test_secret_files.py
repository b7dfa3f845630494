"""Settings that are files: secrets of containers, credentials of systemd."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from server.settings import SECRETS_VARIABLE, Settings
from tests.support.processes import run_reelgraph

SECRET = "a secret of more than thirty-two bytes"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(SECRETS_VARIABLE, str(tmp_path))
    return tmp_path


def test_a_setting_may_be_a_file_and_its_last_line_may_end(folder: Path) -> None:
    (folder / "reelgraph_jwt_secret").write_text(f"{SECRET}\n")
    assert Settings().secret == SECRET


def test_the_environment_is_heard_before_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "reelgraph_database_url").write_text("postgresql://file/reelgraph")
    monkeypatch.setenv("REELGRAPH_DATABASE_URL", "postgresql://environment/reelgraph")
    assert Settings().database_url == "postgresql://environment/reelgraph"


def test_what_is_wrong_in_a_file_is_refused_like_anything_else(folder: Path) -> None:
    (folder / "reelgraph_jwt_secret").write_text("short")
    with pytest.raises(ValidationError, match="32 bytes"):
        Settings()


def test_commands_read_files_and_show_no_secret(folder: Path) -> None:
    (folder / "reelgraph_jwt_secret").write_text(SECRET)
    (folder / "reelgraph_database_url").write_text("postgresql://reelgraph:password@pgbouncer/reelgraph")
    shown = run_reelgraph("settings", env={SECRETS_VARIABLE: str(folder), "COLUMNS": "300"})
    assert shown.returncode == 0, shown.stderr
    assert "pgbouncer" in shown.stdout
    assert SECRET not in shown.stdout
    assert ":password@" not in shown.stdout

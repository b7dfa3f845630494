"""The command line as people use it."""

import re
from pathlib import Path
from uuid import uuid4

import httpx
import jwt
import pytest

from database.revisions import head_revision
from server.demo.clips import CLIPS
from tests.support.processes import run_python, run_reelgraph

# Where a secret is made that need not be set.
DEVELOPMENT = {"REELGRAPH_ENVIRONMENT": "development"}


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"REELGRAPH_DATA": str(tmp_path / "data"), "COLUMNS": "160"}


def clip(folder: Path) -> Path:
    """A short video."""
    return next(clip for clip in CLIPS if clip.filename == "Test card 1080p.mov").write(folder)


@pytest.mark.usefixtures("worker")
def test_upload_shows_what_was_found(server_url: str, process_env: dict[str, str], tmp_path: Path) -> None:
    path = clip(tmp_path)
    not_a_video = tmp_path / "notes.txt"
    not_a_video.write_text("no video")
    result = run_reelgraph("upload", str(path), str(not_a_video), env=process_env)
    good, ids, thumbnail, bad, why, _ = result.stdout.splitlines()
    assert good == "Test card 1080p.mov  COMPLETED  2.0 s  1920x1080  mov"
    assert re.fullmatch(r"  video_[0-9a-f]{32}  job_[0-9a-f]{32}", ids)
    assert httpx.get(thumbnail.removeprefix("  thumbnail: ")).headers["content-type"] == "image/jpeg"
    assert bad == "notes.txt  FAILED  UNREADABLE_MEDIA"
    assert "not a video" in why
    assert result.returncode == 1, "a script must notice that one of its videos failed"
    assert server_url.endswith(process_env["REELGRAPH_PORT"])


def test_upload_without_a_server_says_how_to_start_one(env: dict[str, str], tmp_path: Path) -> None:
    result = run_reelgraph("upload", str(clip(tmp_path)), "--url", "http://127.0.0.1:9", env=env)
    assert result.returncode == 1
    assert "No answer from http://127.0.0.1:9" in result.stderr
    assert "hint: Is the server running?" in result.stderr
    assert "Traceback" not in result.stderr


def test_upload_of_no_file(env: dict[str, str]) -> None:
    result = run_reelgraph("upload", "nothing.mp4", env=env)
    assert (result.returncode, result.stderr.splitlines()[0]) == (1, "error: nothing.mp4 is no file.")


@pytest.mark.parametrize("command", ["worker", "jobs", "migrate", "token"])
def test_what_asks_nothing_by_graphql_does_not_load_it(command: str) -> None:
    code = f"import sys, server.cli.{command}; print({{'graphql', 'strawberry', 'starlette'}} & set(sys.modules))"
    assert run_python(code) == "set()\n"


def test_token_is_for_the_user_named(env: dict[str, str], tmp_path: Path) -> None:
    user = uuid4()
    token = run_reelgraph("token", "--user", str(user), env=env).stdout.strip()
    secret = (tmp_path / "data/secret").read_text()
    assert jwt.decode(token, secret, algorithms=["HS256"])["sub"] == str(user)
    assert (tmp_path / "data/secret").stat().st_mode & 0o777 == 0o600


def test_settings_show_all_and_hide_secrets(env: dict[str, str]) -> None:
    secrets = {
        "REELGRAPH_JWT_SECRET": "s" * 40,
        "REELGRAPH_DATABASE_URL": "postgresql://user:hunter2@db.example/reelgraph",
    }
    result = run_reelgraph("settings", env={**env, **secrets, "PORT": "8123"})
    assert "postgresql://user:********@db.example/reelgraph" in result.stdout
    assert "hunter2" not in result.stdout
    assert "ssss" not in result.stdout
    assert re.search(r"REELGRAPH_PORT +8123 +Port", result.stdout)
    assert re.search(r"REELGRAPH_WORKER_CONCURRENCY +2 \(default\)", result.stdout)


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("PORT", "80000", "PORT"),
        ("REELGRAPH_PORT", "x", "REELGRAPH_PORT"),
        ("REELGRAPH_DATABASE_URL", "mysql://x/y", "REELGRAPH_DATABASE_URL: Value error, must be the address"),
        ("REELGRAPH_JWT_SECRET", "short", "REELGRAPH_JWT_SECRET"),
    ],
)
def test_a_setting_that_cant_be_used_is_named(env: dict[str, str], variable: str, value: str, says: str) -> None:
    result = run_reelgraph("settings", env={**env, variable: value})
    assert result.returncode == 1
    assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_schema_check_names_the_command_that_mends(env: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "schema.graphql"
    assert run_reelgraph("schema", "export", "-o", str(path), env=env).returncode == 0
    assert run_reelgraph("schema", "export", "--check", "-o", str(path), env=env).returncode == 0
    path.write_text(path.read_text().replace("videoCount: Int", "videoCount: String"))
    result = run_reelgraph("schema", "export", "--check", "-o", str(path), env=env)
    assert result.returncode == 1
    assert "uv run reelgraph schema export" in result.stderr


def test_a_stale_database_is_not_served(env: dict[str, str], postgres: str) -> None:
    result = run_reelgraph("serve", env={**env, **DEVELOPMENT, "REELGRAPH_DATABASE_URL": postgres})
    assert result.returncode == 1
    assert "at revision none" in result.stderr
    assert "hint: Bring it forward with: reelgraph migrate" in result.stderr


def test_a_database_that_is_not_there(env: dict[str, str]) -> None:
    url = "postgresql://user:hunter2@127.0.0.1:9/reelgraph"
    for command in ("serve", "worker", "migrate"):
        result = run_reelgraph(command, env={**env, **DEVELOPMENT, "REELGRAPH_DATABASE_URL": url})
        assert result.returncode == 1
        assert "can't be reached" in result.stderr
        assert "REELGRAPH_DATABASE_URL" in result.stderr
        assert "hunter2" not in result.stderr
        assert "Traceback" not in result.stderr


def test_migrate_says_what_it_did(env: dict[str, str], database_url: str) -> None:
    result = run_reelgraph("migrate", env={**env, "REELGRAPH_DATABASE_URL": database_url})
    assert f"The database is up to date (revision {head_revision()})." in result.stderr


def test_a_token_opens_the_server(server_url: str, token: str) -> None:
    answer = httpx.post(
        f"{server_url}/graphql",
        json={"query": "{ viewer { videoCount } }"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.json() == {"data": {"viewer": {"videoCount": 0}}}

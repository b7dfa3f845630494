"""`reelgraph schema check`: a change of the contract fails where it would break a client that is out, by name."""

import asyncio
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from database.engine import Database
from schema.schema import sdl
from services.clients import note_deployment
from tests.support.manifests import released
from tests.support.processes import run_reelgraph

VIDEOS = """query Videos($filter: VideoFilter, $orderBy: VideoOrder!) {
  videos(first: 10, filter: $filter, orderBy: $orderBy) { nodes { id status title } }
}"""
MATCHES = 'query Matches { searchTranscripts(query: "x") { nodes { passage } } }'

# Without descriptions, so that a line is all of a field.
SDL = re.sub(r'^ *"""(.|\n)*?"""\n', "", sdl(), flags=re.MULTILINE)

Check = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
async def contract_out(database: Database) -> None:
    """The contract is deployed, and two releases are out."""
    await note_deployment(database, SDL)
    await released(database, VIDEOS)
    await released(database, MATCHES, name="app", version="7")


@pytest.fixture
def check(process_env: dict[str, str], tmp_path: Path) -> Check:
    """Checks the contract with a change of its SDL."""

    def run(old: str = "", new: str = "", *arguments: str) -> subprocess.CompletedProcess[str]:
        assert old in SDL
        path = tmp_path / "changed.graphql"
        path.write_text(SDL.replace(old, new, 1))
        return run_reelgraph("schema", "check", "--schema", str(path), *arguments, env=process_env)

    return run


CHANGES = {
    "a field removed": ("  status: ProcessingStatus\n", "", "Videos: Video.status"),
    "an argument made required": ("orderBy: VideoOrder! =", "to: Int!, orderBy: VideoOrder! =", "Query.videos(to:)"),
    "an enum that is an input narrowed": ("  SIZE_BYTES_DESC\n", "", "SIZE_BYTES_DESC"),
    "a nullable that becomes a list": (
        "  title: String\n\n  latestJob",
        "  title: [String]\n\n  latestJob",
        "Video.title",
    ),
    "an input field removed": ("  contentTypes: [String!]\n", "", "VideoFilter.contentTypes"),
}


@pytest.mark.usefixtures("contract_out")
@pytest.mark.parametrize("change", CHANGES)
def test_what_a_release_uses_cannot_be_broken(check: Check, change: str) -> None:
    old, new, says = CHANGES[change]
    result = check(old, new)
    assert result.returncode == 1
    assert "web@1.4.0 would break; it was last seen or registered" in result.stdout
    assert says in result.stdout
    assert "Videos: " in result.stdout
    assert "app@7" not in result.stdout
    assert "error: 1 release would break: web@1.4.0." in result.stderr
    assert "reelgraph clients retire web@1.4.0" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.usefixtures("contract_out")
def test_what_nobody_uses_can_go_and_that_is_said(check: Check) -> None:
    result = check("  storagePath: String!\n", "")
    assert (result.returncode, result.stderr) == (0, "")
    assert "Video.storagePath was removed. It breaks no registered client." in result.stdout
    assert "Nothing would break for 2 documents of 2 releases" in result.stdout


@pytest.mark.usefixtures("contract_out")
async def test_releases_that_are_retired_or_were_not_seen_for_long_hold_nothing_up(
    check: Check, database: Database, process_env: dict[str, str]
) -> None:
    change = ("  status: ProcessingStatus\n", "")
    assert (await asyncio.to_thread(check, *change)).returncode == 1
    async with database.transaction() as session:
        await session.execute(text("UPDATE client_releases SET registered_at = now() - interval '10 days'"))
    assert (await asyncio.to_thread(check, *change, "--days", "9")).returncode == 0
    assert (await asyncio.to_thread(check, *change)).returncode == 1
    await asyncio.to_thread(run_reelgraph, "clients", "retire", "web@1.4.0", env=process_env)
    assert (await asyncio.to_thread(check, *change)).returncode == 0


@pytest.mark.usefixtures("contract_out")
def test_for_programs(check: Check) -> None:
    found = json.loads(check("  status: ProcessingStatus\n", "", "--json").stdout)
    (broken,) = found["broken"]
    assert broken["name"] == "web@1.4.0"
    assert [one["coordinate"] for one in broken["breaks"]] == ["Video.status"]
    assert found["unnoticed"] == []


@pytest.mark.usefixtures("contract_out")
@pytest.mark.parametrize(("revision", "code"), [("0009", 0), ("9999", 0), ("0008", 1)])
async def test_the_deployed_database_may_be_at_another_revision(
    check: Check, database: Database, revision: str, code: int
) -> None:
    async with database.transaction() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    result = await asyncio.to_thread(check)
    assert result.returncode == code, result.stderr
    assert ("which has no record of clients" in result.stderr) is (code == 1)


def test_a_server_notes_what_it_answers_by(server_url: str, process_env: dict[str, str]) -> None:
    assert server_url
    result = run_reelgraph("schema", "check", env=process_env)
    assert (result.returncode, result.stderr) == (0, "")
    assert "Nothing would break for 0 documents of 0 releases" in result.stdout


def test_where_nothing_is_deployed_a_file_can_be_compared_with(
    check: Check, process_env: dict[str, str], tmp_path: Path
) -> None:
    result = run_reelgraph("schema", "check", env=process_env)
    assert result.returncode == 1
    assert "No server has run on this database" in result.stderr
    assert "--against FILE" in result.stderr
    path = tmp_path / "deployed.graphql"
    path.write_text(SDL)
    assert check("  storagePath: String!\n", "", "--against", str(path)).returncode == 0


@pytest.mark.parametrize("content", [None, "type Query {", "type Query { a: Missing }", "nothing"])
def test_a_file_that_is_no_schema_is_named(process_env: dict[str, str], tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "other.graphql"
    if content is not None:
        path.write_text(content)
    for option in ("--schema", "--against"):
        result = run_reelgraph("schema", "check", option, str(path), env=process_env)
        assert result.returncode == 1
        assert f"error: {path} " in result.stderr
        assert "hint: Name a file with a whole SDL." in result.stderr
        assert "Traceback" not in result.stderr

"""`reelgraph schema usage`: what is used and by whom, and what can be removed."""

import json
from datetime import timedelta

import pytest
from graphql import build_schema

from database.engine import Database
from server.cli.schema_usage import members_of
from services.clients import CoordinateUse, Used, record_usage, today
from tests.support.processes import run_reelgraph


@pytest.fixture
async def used(database: Database) -> None:
    """Two clients have used two coordinates."""
    counted = {
        Used("Video.id", "web", "1.4.0"): 3,
        Used("Video.id", "", ""): 2,
        Used("Query.videos(first:)", "app[/x]", ""): 1,
        Used("Video.gone", "web", "1.4.0"): 1,
    }
    await record_usage(database, counted, {})


def usage(env: dict[str, str], *arguments: str) -> str:
    result = run_reelgraph("schema", "usage", *arguments, env=env)
    assert result.returncode == 0, result.stderr
    return result.stdout + result.stderr


@pytest.mark.usefixtures("used")
def test_it_tells_what_is_used_by_whom(process_env: dict[str, str]) -> None:
    lines = usage(process_env).splitlines()
    assert lines[0].split() == ["field,", "argument", "or", "input", "field", "operations", "last", "used", "by"]
    by_coordinate = {line.split()[0]: line for line in lines}
    assert by_coordinate["Video.id"].split()[1:] == ["5", str(today()), "(unnamed)", "(2),", "web@1.4.0", "(3)"]
    assert "app[/x] (1)" in by_coordinate["Query.videos(first:)"]
    assert by_coordinate["Video.title"].split()[1:] == ["0", "never"]
    assert lines[-1].startswith("2 of ")


@pytest.mark.usefixtures("used")
def test_it_tells_what_nobody_uses(process_env: dict[str, str]) -> None:
    found = {
        member["coordinate"]
        for member in json.loads(run_reelgraph("schema", "usage", "--unused", "--json", env=process_env).stdout)
    }
    assert "Video.title" in found
    assert "Query.videos(last:)" in found
    assert not found & {"Video.id", "Query.videos(first:)", "Video.gone"}


def test_it_tells_who_uses_what_is_deprecated() -> None:
    schema = build_schema('type Query { old(by: Int @deprecated(reason: "b")): Int @deprecated(reason: "a") new: Int }')
    use = CoordinateUse("Query.old", "web", "1", 2, today())
    members = {member.coordinate: member for member in members_of(schema, [use])}
    assert {name: member.deprecated for name, member in members.items()} == {
        "Query.old": "a",
        "Query.old(by:)": "b",
        "Query.new": None,
    }
    assert members["Query.old"].uses == (use,)


def test_who_sends_an_input_type_by_a_variable_may_use_each_of_its_fields() -> None:
    schema = build_schema("input Filter { words: String from: Int } type Query { all(filter: Filter): Int }")
    uses = [
        CoordinateUse("Filter", "web", "1", 2, today() - timedelta(days=1)),
        CoordinateUse("Filter.words", "app", "", 1, today()),
        CoordinateUse("Filter.words", "web", "1", 1, today()),
    ]
    members = {member.coordinate: member.uses for member in members_of(schema, uses)}
    assert [(use.client_name, use.operations) for use in members["Filter.words"]] == [("app", 1), ("web", 3)]
    assert [(use.client_name, use.operations) for use in members["Filter.from"]] == [("web", 2)]
    assert "Filter" not in members


def test_nothing_is_deprecated_and_nothing_counted_yet(process_env: dict[str, str]) -> None:
    assert "0 of " in usage(process_env, "--deprecated")
    assert "every few seconds" in usage(process_env, "--unused")


def test_options_that_do_not_go_together(process_env: dict[str, str]) -> None:
    result = run_reelgraph("schema", "usage", "--unused", "--deprecated", env=process_env)
    assert result.returncode == 1
    assert "can't be combined" in result.stderr

"""graphql-inspector says of the same pairs what we say; where not, a table has the reason."""

import json
from pathlib import Path
from typing import TypeAlias

import pytest

from schema.compatibility import breaking_changes, breaks
from server.node import install, run_node
from tests.schema.schema_pairs import BASE, OLD, Pair
from tests.schema.test_compatibility import CASES

PACKAGE = Path(__file__).parents[1] / "inspector"

# A pair's changes: each with `type`, `criticality` and most with `path`.
Inspected: TypeAlias = dict[str, list[dict[str, str]]]

# The pairs that the issue names.
NAMED = {
    "a field is removed",
    "a field that is not used is removed",
    "an argument that is not given becomes required",
    "an argument that is a nullable variable becomes required",
    "an enum loses a value that a variable may be",
    "an enum loses a value, in a list of an input type that is a variable",
    "nullable becomes a list",
}

# What is breaking by `breaking_changes`, and is not by the inspector.
WE_SEE_MORE = {
    "null without an error becomes possible": "the inspector takes @semanticNonNull for any directive",
    "an argument loses its default": "to the inspector it is dangerous, though who left the argument out gets an error",
    "an input field loses its default": "the same for an input field",
}

# What is breaking by the inspector, and breaks no operation that uses the thing in this way.
UNNOTICED = {
    "a field that is not used is removed": "nobody asks for it",
    "a field's enum becomes one of fewer values": "every value that may come was known under the other name",
    "an enum that is read loses a value": "a client that knows a value which never comes goes on working",
    "a type gets another name that nobody asks for": "answers have the names of fields, not those of types",
    "a field's type becomes its interface": "objects have the fields that are selected; more types may come",
    "a union loses a member that only an interface's fragment reaches": "the member does not come, the others do",
    "an argument that is a non-null variable becomes required": "it is given, always",
    "an argument that is written out becomes required": "it is given",
    "an argument that is not given gets a default": "it may still be left out",
    "an argument that is not given is removed": "nobody gives it",
    "an argument that is written out takes more": "640 is a number with a fraction, too, and a list of one",
    "an enum loses a value that is not written": "another value is written",
    "an argument gets another enum, with the value": "a value that is written out has no type's name",
    "an input field is removed that is not written": "nobody writes it",
    "an input field becomes required that is written out": "it is given",
    "an enum loses a value that only another input type has": "the variable can't have it",
    "an input field becomes a list": "a single value is taken for a list of one",
    "an input field that is written out becomes a list": "a single value is taken for a list of one",
    "an input field gets a wider leaf": "every text is an ID, and every whole number is a number",
    "an input field's enum becomes a string": "in variables, enum values are strings",
    "an input field gets another type of the same fields": "a variable's inner types have no names",
}

# What breaks an operation, and is breaking by nobody.
TOGETHER = {
    "a stricter type no longer merges with another's": "each by itself is fine; validation refuses the two together",
}


@pytest.fixture(scope="session")
def inspected(tmp_path_factory: pytest.TempPathFactory) -> Inspected:
    """What the inspector finds, by the names of the pairs."""
    install(PACKAGE)
    pairs = tmp_path_factory.mktemp("inspector") / "pairs.json"
    pairs.write_text(json.dumps([{"old": BASE, "new": case.new_sdl} for case in CASES]), encoding="utf-8")
    found = json.loads(run_node("diff.js", str(pairs), cwd=PACKAGE))
    return dict(zip((case.name for case in CASES), found, strict=True))


def breaking_paths(inspected: Inspected, case: Pair) -> list[str]:
    """Where the inspector finds a breaking change; "" for the schema's roots."""
    return [change.get("path", "") for change in inspected[case.name] if change["criticality"] == "BREAKING"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_change_is_breaking_if_the_inspector_says_so(case: Pair, inspected: Inspected) -> None:
    ours, theirs = bool(breaking_changes(OLD, case.new)), bool(breaking_paths(inspected, case))
    assert (ours, theirs) == (True, False) if case.name in WE_SEE_MORE else ours == theirs


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_operation_breaks_if_the_inspector_says_so(case: Pair, inspected: Inspected) -> None:
    ours, theirs = bool(breaks(OLD, case.new, case.document)), bool(breaking_paths(inspected, case))
    if case.name in UNNOTICED:
        assert (ours, theirs) == (False, True)
    elif case.name in WE_SEE_MORE | TOGETHER:
        assert (ours, theirs) == (True, False)
    else:
        assert ours == theirs


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_whatever_the_inspector_finds_breaking_is_found(case: Pair, inspected: Inspected) -> None:
    ours = [change.coordinate.replace("(", ".").replace(":)", "") for change in breaking_changes(OLD, case.new)]
    for path in breaking_paths(inspected, case):
        assert any(path.startswith(one) or one.startswith(path) for one in ours)


def test_the_tables_name_pairs() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) >= 25
    assert NAMED | WE_SEE_MORE.keys() | UNNOTICED.keys() | TOGETHER.keys() <= set(names)
    assert not NAMED & (WE_SEE_MORE.keys() | TOGETHER.keys())

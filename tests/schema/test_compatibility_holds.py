"""What `breaks` has nothing against, a client of the old schema can live with: by validating, executing and looking."""

import re
from random import Random
from typing import Any

import pytest
from graphql import DocumentNode, GraphQLInputObjectType, Visitor, parse, print_ast, separate_operations
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schema.compatibility import breaking_changes, breaks, causes
from schema.compatibility.selections import Selections
from schema.compatibility.values import Values
from schema.coordinates import used_coordinates
from tests.executor.generate import Generator
from tests.schema.edits import Edited, edited
from tests.schema.old_eyes import mismatch
from tests.schema.schema_pairs import BASE, OLD

EXAMPLES = 100
GENERATOR = Generator(OLD)

SETTINGS = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def drawn(random: Random) -> tuple[Edited, DocumentNode, dict[str, Any]]:
    """An edited schema, a document with one operation that the old one takes, and values for its variables."""
    generated = GENERATOR.operation(random, random.choice(("query", "query", "mutation")))
    document = separate_operations(parse(generated.document))[generated.name or ""]
    names = frozenset(re.findall(r"\w+", " ".join(used_coordinates(OLD, document)) + generated.document))
    return edited(BASE, random, names), document, generated.variables


def missed(random: Random) -> str | None:
    """What goes wrong though `breaks` finds nothing."""
    new, document, variables = drawn(random)
    if breaks(OLD, new.schema, document):
        return None
    wrong = mismatch(BASE, new, document, variables, random)
    return wrong and f"{wrong}\n{new.sdl}\n{print_ast(document)}\n{variables}"


def noticed(coordinate: str, document: DocumentNode) -> bool:
    """Whether an operation may notice a change there; of a whole type, always."""
    used = used_coordinates(OLD, document)
    owner, of_a_part, _ = coordinate.partition(".")
    if not of_a_part or owner in used or coordinate.partition("(")[0] in used:
        return True
    written = any(one.startswith(f"{owner}.") for one in used) or re.search(r"{\s*}", print_ast(document))
    return bool(written) and isinstance(OLD.get_type(owner), GraphQLInputObjectType)


@SETTINGS
@given(st.randoms(use_true_random=False))
def test_where_nothing_breaks_the_answer_is_one_of_the_old_schema(random: Random) -> None:
    assert missed(random) is None


@SETTINGS
@given(st.randoms(use_true_random=False))
def test_a_break_comes_from_a_change_of_what_is_used(random: Random) -> None:
    new, document, _ = drawn(random)
    changed = {change.coordinate for change in breaking_changes(OLD, new.schema)}
    for found in breaks(OLD, new.schema, document):
        assert any(noticed(coordinate, document) for coordinate in causes(OLD, found) & changed), found


@pytest.mark.parametrize(
    ("visitor", "method"),
    [
        (Selections, "enter_field"),
        (Selections, "_other_type_names"),
        (Selections, "_fragment"),
        (Values, "enter_variable_definition"),
    ],
)
def test_what_the_walk_would_miss_is_seen(visitor: type[Visitor], method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, method, lambda *_: None)
    assert any(missed(Random(seed)) for seed in range(1000))

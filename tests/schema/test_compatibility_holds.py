"""What `breaks` has nothing against, a client of the old schema can live with: by validating, executing and looking."""

import re
from random import Random
from typing import Any

import pytest
from graphql import DocumentNode, GraphQLSchema, parse, print_ast, separate_operations
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schema.compatibility import breaking_changes, breaks, walk
from schema.compatibility.selections import Selections
from schema.compatibility.values import Values
from schema.coordinates import used_coordinates
from tests.executor.generate import Generator
from tests.schema.edits import Edited, edited
from tests.schema.old_eyes import mismatch
from tests.schema.schema_pairs import BASE, OLD

EXAMPLES = 300
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


def touches(old: GraphQLSchema, coordinate: str, used: frozenset[str]) -> bool:
    """Whether a change there may be noticed by what uses these."""
    type_, dot, _ = coordinate.partition(".")
    fields = {one.partition("(")[0] for one in used}
    types = {one.partition(".")[0] for one in used if old.get_type(one.partition(".")[0])}
    inputs = {name for name in types if is_input_type(old.get_type(name))}
    return not dot or type_ in inputs or coordinate.partition("(")[0] in fields


@SETTINGS
@given(st.randoms(use_true_random=False))
def test_where_nothing_breaks_the_answer_is_one_of_the_old_schema(random: Random) -> None:
    assert missed(random) is None


if __name__ == "__main__":
    import time

    for owner, name in [
        (Selections, "enter_field"),
        (Selections, "_fragment"),
        (Selections, "_type_name"),
        (Values, "_null_refused"),
        (Values, "enter_variable_definition"),
        (Values, "_written"),
        (walk, "validate"),
    ]:
        mp = pytest.MonkeyPatch()
        mp.setattr(owner, name, lambda *_: [])
        t = time.time()
        for seed in range(3000):
            m = missed(Random(seed))
            if m:
                break
        print(owner, name, seed, m and m[:100], time.time() - t)
        mp.undo()

"""Thousands of generated operations have the same answer compiled as from graphql-core alone: those that don't fail."""

import pytest
from graphql import parse, validate

from tests.executor.conftest import Counted
from tests.executor.generate import Generator
from tests.executor.oracle import CHUNK, FAILING, HEALTHY, SCHEMA, compare, hypothesis_compares, operation, zoo_without
from tests.executor.test_oracle_failing import FAILING_CHUNKS

HEALTHY_CHUNKS = 12
FROM_HYPOTHESIS = 100


@pytest.mark.parametrize("chunk", range(HEALTHY_CHUNKS))
async def test_healthy_operations_are_compiled_and_have_the_same_answer(chunk: int, counted: Counted) -> None:
    await compare(chunk, lambda seed: operation(HEALTHY, seed))
    assert counted() == {"compiled": CHUNK}


def test_healthy_operations_of_hypothesis(counted: Counted) -> None:
    hypothesis_compares(zoo_without("fail", "odd"), FROM_HYPOTHESIS)
    assert counted() == {"compiled": FROM_HYPOTHESIS}


@pytest.mark.parametrize("generator", [HEALTHY, FAILING], ids=["healthy", "failing"])
def test_generated_operations_are_valid(generator: Generator) -> None:
    for seed in range(100):
        generated = operation(generator, seed)
        assert not validate(SCHEMA._schema, parse(generated.document)), f"seed {seed}: {generated}"


def test_there_are_five_thousand_operations() -> None:
    assert (HEALTHY_CHUNKS + FAILING_CHUNKS) * CHUNK >= 5000

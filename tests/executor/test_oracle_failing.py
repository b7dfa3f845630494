"""Thousands of generated operations have the same errors compiled as from graphql-core alone, in the same order."""

import pytest

from tests.executor.conftest import Counted
from tests.executor.generate import Generated
from tests.executor.oracle import (
    CHUNK,
    FAILING,
    FAILING_MUTATIONS,
    compare,
    hypothesis_compares,
    operation,
    zoo_without,
)
from tests.executor.unawaited import LEAVES_UNAWAITED

FAILING_CHUNKS = 13
FROM_HYPOTHESIS = 75

pytestmark = LEAVES_UNAWAITED


def failing(seed: int) -> Generated:
    return operation(FAILING, seed, mutations=FAILING_MUTATIONS)


@pytest.mark.parametrize("chunk", range(FAILING_CHUNKS))
async def test_failing_operations_have_the_same_errors_in_the_same_order(chunk: int, counted: Counted) -> None:
    await compare(chunk, failing)
    assert counted()["an error"] > CHUNK / 3


def test_failing_operations_of_hypothesis(counted: Counted) -> None:
    hypothesis_compares(zoo_without("ask"), FROM_HYPOTHESIS)
    assert counted()["an error"] > FROM_HYPOTHESIS / 2

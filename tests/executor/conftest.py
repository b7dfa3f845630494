"""Fixtures of the executor's tests; none of them needs a database."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from executor import outcomes

Counted = Callable[[], Counter[str]]


@pytest.fixture(scope="module")
def collected() -> Iterator[None]:
    """What a module leaves behind is told of in the module, not in the one after it."""
    yield
    gc.collect()


@pytest.fixture
def counted() -> Counted:
    """How operations were answered since the test began."""
    before = outcomes.copy()
    return lambda: outcomes - before

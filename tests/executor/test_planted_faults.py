"""The oracle finds faults: each of these is planted in the executor, and a few generated operations give it away."""

from collections.abc import Callable
from typing import Any

import pytest
from graphql.execution.collect_fields import collect_subfields
from graphql.pyutils import is_awaitable

from executor import CompiledExecutionContext, Loader
from executor.plan import levels_of
from executor.work import Spread
from tests.executor.generate import Generator
from tests.executor.oracle import FAILING, HEALTHY, difference, operation
from tests.executor.unawaited import LEAVES_UNAWAITED

# At most this many operations may pass unnoticed. Mutations are left alone: a fault could make them run twice.
ENOUGH = 300

pytestmark = LEAVES_UNAWAITED

Plant = Callable[[pytest.MonkeyPatch], None]


def nulls_get_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Null is let through where it must not be."""

    def nullable(type_: Any) -> Any:
        levels, named = levels_of(type_)
        return (False,) * len(levels), named

    monkeypatch.setattr("executor.compile.levels_of", nullable)


def merging_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of fields that merge only the first one's selections are seen."""
    collect: Any = collect_subfields

    def first_only(*arguments: Any) -> Any:
        *others, details = arguments
        return collect(*others, details[:1])

    monkeypatch.setattr("executor.compile.collect_subfields", first_only)


def errors_are_turned_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last error comes first."""
    execute_fields = CompiledExecutionContext.execute_fields

    def turned(self: CompiledExecutionContext, parent: Any, source: Any, path: Any, *rest: Any) -> Any:
        data = execute_fields(self, parent, source, path, *rest)
        return data if path is not None else turn(self, data)

    async def turn(self: CompiledExecutionContext, data: Any) -> Any:
        try:
            return await data if is_awaitable(data) else data
        finally:
            self.collected_errors.errors.reverse()

    monkeypatch.setattr(CompiledExecutionContext, "execute_fields", turned)


def known_answers_come_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where graphql-core answers again, what loaders know comes before what it came after."""
    monkeypatch.setattr(Loader, "again", lambda self: None)


def objects_change_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Objects of a list of several types are put back in the order of their types."""

    def merged(self: Spread) -> list[Any]:
        return [shaped for work, _ in self.works for shaped in work.shaped]

    monkeypatch.setattr(Spread, "_merged", merged)


@pytest.mark.parametrize(
    ("plant", "generator"),
    [
        (nulls_get_through, FAILING),
        (merging_is_lost, HEALTHY),
        (errors_are_turned_around, FAILING),
        (known_answers_come_early, FAILING),
        (objects_change_places, HEALTHY),
    ],
)
async def test_a_planted_fault_is_found(plant: Plant, generator: Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    for seed in range(1, ENOUGH):
        if seed % 8 and await difference(operation(generator, seed)):
            return
    pytest.fail(f"{ENOUGH} operations had the same answer")

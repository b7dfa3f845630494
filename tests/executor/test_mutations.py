"""The fields of a mutation run one after the other, and none runs twice, whatever fails below it."""

from typing import Any

import pytest

from executor import CompiledExecutionContext
from tests.executor.conftest import Counted
from tests.executor.unawaited import LEAVES_UNAWAITED
from tests.executor.zoo import make_schema
from tests.executor.zoo_context import Context

pytestmark = LEAVES_UNAWAITED

ZOO = make_schema(CompiledExecutionContext)


async def mutate(selections: str) -> tuple[Any, list[str], list[str]]:
    """The data, the errors' messages and what was done."""
    context = Context()
    result = await ZOO.execute(f"mutation {{ {selections} }}", context_value=context)
    return result.data, [error.message for error in result.errors or ()], context.log


async def test_each_waits_for_the_one_before(counted: Counted) -> None:
    data, errors, done = await mutate("a: countSlowly(turns: 3) b: count c: countSlowly")
    assert data == {"a": 1, "b": 3, "c": 4}
    assert not errors
    assert done == ["begin", "end", "count", "begin", "end"]
    assert counted() == {"compiled": 1}


@pytest.mark.parametrize(
    ("selections", "done"),
    [
        ("clean { failSync } count", ["clean", "count"]),
        ("clean { failLate failBroken } count", ["clean", "count"]),
        ("clean { inner { failNull } }", ["clean"]),
        ("move { failTime }", ["move"]),
        ("failMutation { name } count", ["fail_mutation", "count"]),
        ("count failSlowMutation { name } b: count", ["count", "fail_slow_mutation"]),
        ("failBirth { __typename }", ["fail_birth"]),
        ("nursery { feed failFeed b: feed }", ["nursery", "feed", "fail_feed", "feed milk"]),
        ("nursery { wash { failSync inner { failAsync } } }", ["nursery", "wash"]),
    ],
)
async def test_none_runs_twice_when_something_fails(selections: str, done: list[str], counted: Counted) -> None:
    _, errors, log = await mutate(selections)
    assert errors
    assert [entry.removesuffix(" milk") for entry in log] == [entry.removesuffix(" milk") for entry in done]
    assert counted() == {"an error": 1}


async def test_what_was_answered_before_a_failure_stays() -> None:
    data, errors, _ = await mutate("a: count move { name failAsync } b: count")
    assert data == {
        "a": 1,
        "move": [{"name": "Leo", "failAsync": None}, None, {"name": "Kaa", "failAsync": None}],
        "b": 3,
    }
    assert errors == ["async Leo", "async Kaa"]


async def test_nothing_runs_after_a_null_that_reaches_the_top() -> None:
    data, errors, done = await mutate("count failSlowMutation { name } b: count")
    assert data is None
    assert errors == ["it can't be done, ever"]
    assert done == ["count", "fail_slow_mutation"]


async def test_the_answer_may_be_one_of_several_types() -> None:
    data, _, _ = await mutate(
        'a: hatch(name: "Bo") { ...Birth } b: hatch { ...Birth } } '
        "fragment Birth on Birth { __typename ... on Born { number parrot { name } } ... on Refused { by { name } } "
    )
    assert data == {
        "a": {"__typename": "Born", "number": 1, "parrot": {"name": "Polly"}},
        "b": {"__typename": "Refused", "by": {"name": "Kim"}},
    }

"""Plans are made once for each outcome of `@skip` and `@include`, kept while in use, and never larger than is good."""

import time
from inspect import isawaitable
from typing import Any

import pytest
import strawberry
from graphql import DocumentNode, ExecutionResult, execute, parse
from graphql.execution import Executor
from graphql.language import OperationDefinitionNode

from executor import CompiledExecutionContext, Documents
from executor.operation import MOST_PLANS, Operations
from executor.plan import Plan
from tests.executor.conftest import Counted
from tests.executor.oracle import SCHEMA
from tests.executor.tree import TREE, Forest
from tests.executor.zoo_context import Context


async def plan_of(document: DocumentNode, **variables: Any) -> Plan:
    """The plan by which a document was answered."""
    context = Context()
    result: Any = execute(
        SCHEMA._schema,
        document,
        context_value=context,
        variable_values=variables,
        executor_class=CompiledExecutionContext,
    )
    assert not (await result).errors
    (plan,) = context.plans
    return plan


async def test_a_plan_is_made_once() -> None:
    document = parse("query ($id: ID!) { keeper(id_: $id) { name } }")
    assert await plan_of(document, id="k1") is await plan_of(document, id="k2")


async def test_there_is_a_plan_for_each_outcome() -> None:
    document = parse("query ($a: Boolean!) { visits @skip(if: $a) { id } zoo { name @include(if: $a) id } }")
    with_, without = await plan_of(document, a=True), await plan_of(document, a=False)
    assert with_ is not without
    assert await plan_of(document, a=True) is with_
    assert await plan_of(document, a=False) is without


async def test_more_outcomes_than_are_kept_are_not_compiled(counted: Counted) -> None:
    names = [f"v{index}" for index in range(MOST_PLANS.bit_length() + 1)]
    fields = " ".join(f"{name}: name @skip(if: ${name})" for name in names)
    document = parse(f"query ({', '.join(f'${name}: Boolean!' for name in names)}) {{ zoo {{ id {fields} }} }}")
    outcomes = [{name: bool(number >> index & 1) for index, name in enumerate(names)} for number in range(50)]
    plans = [await plan_of(document, **outcome) for outcome in outcomes[:MOST_PLANS]]
    assert [await plan_of(document, **outcome) for outcome in outcomes[:MOST_PLANS]] == plans
    result = execute(
        SCHEMA._schema,
        document,
        context_value=Context(),
        variable_values=outcomes[-1],
        executor_class=CompiledExecutionContext,
    )
    assert not (await result if isawaitable(result) else result).errors
    assert counted() == {"compiled": 2 * MOST_PLANS, "too many outcomes": 1}


def operation_of(document: DocumentNode) -> tuple[OperationDefinitionNode, Any]:
    """The operation of a document and its fragments, as graphql-core has them."""
    executor = Executor.build(SCHEMA._schema, document)
    assert isinstance(executor, Executor)
    return executor.operation, executor.fragments


def test_operations_are_kept_and_bounded() -> None:
    operations = Operations(most=2)
    given = [operation_of(parse(f"{{ zoo {{ a{number}: name }} }}")) for number in range(3)]
    first, second, _ = (operations.of(SCHEMA._schema, *one) for one in given)
    assert operations.of(SCHEMA._schema, *given[1]) is second
    assert operations.of(SCHEMA._schema, *operation_of(parse("{ zoo { a1: name } }"))) is second
    assert operations.of(SCHEMA._schema, *given[0]) is not first


def test_documents_are_kept_and_bounded() -> None:
    documents = Documents(SCHEMA._schema, lambda tree: [], most=2)
    texts = ["{ zoo { id } }", "{ zoo { name } }", "{ zoo { path } }"]
    kept = [documents.get(text) for text in texts]
    assert [text in documents for text in texts] == [False, True, True]
    assert documents.get(texts[2]) is kept[2]
    small = Documents(SCHEMA._schema, lambda tree: [], most_characters=30)
    for text in texts:
        small.get(text)
    assert [text in small for text in texts] == [False, False, True]


async def test_one_document_on_two_schemas() -> None:
    @strawberry.type
    class Query:
        @strawberry.field
        def node(self, id_: str = "x") -> str:
            return id_

    other, document = strawberry.Schema(Query), parse("{ node }")
    tree = parse("{ node { id } }")
    for schema, asked, wanted in [
        (TREE, tree, {"node": {"id": 1}}),
        (other, document, {"node": "x"}),
        (TREE, tree, {"node": {"id": 1}}),
    ]:
        result: Any = execute(schema._schema, asked, context_value=Forest(1), executor_class=CompiledExecutionContext)
        assert (await result).data == wanted


def amplified(levels: int) -> str:
    """A short document whose answer would have 2^levels entries."""
    fragments = [
        f"fragment F{level} on Cage {{ x: outer {{ ...F{level + 1} }} y: outer {{ ...F{level + 1} }} }}"
        for level in range(levels)
    ]
    return " ".join(["{ zoo { ...F0 } }", *fragments, f"fragment F{levels} on Cage {{ id }}"])


@pytest.mark.parametrize("levels", [20, 60])
async def test_amplification_is_refused_quickly(levels: int, counted: Counted) -> None:
    document = parse(amplified(levels))
    for _ in range(2):
        started = time.perf_counter()
        result: Any = execute(
            SCHEMA._schema, document, context_value=Context(), executor_class=CompiledExecutionContext
        )
        answer = await result
        assert isinstance(answer, ExecutionResult)
        assert time.perf_counter() - started < 3
        assert answer.data == {"zoo": {"x": None, "y": None}}
    assert counted() == {"too large": 2}

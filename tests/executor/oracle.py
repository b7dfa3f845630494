"""The oracle: an operation is executed twice, by graphql-core alone and compiled, and the answers must be equal."""

import asyncio
import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from graphql import ExecutionResult, GraphQLSchema, ValueNode, build_schema, execute, parse, parse_value
from graphql.pyutils import is_awaitable
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import queries
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from executor import CompiledExecutionContext
from tests.executor.generate import Generated, Generator
from tests.executor.generate_values import written
from tests.executor.zoo import make_schema
from tests.executor.zoo_context import Context

CHUNK = 200

SCHEMA = make_schema()
SCALARS: dict[str, Sequence[Any]] = {
    "DateTime": ("2020-02-29T08:30:00+00:00", "1999-12-31T23:59:59"),
    "JSON": ({"a": [1, None, {"b": 0.5}]}, [], "text", 3, True),
    "Stars": ("***", ""),
    "Weight": ("1.5 kg", "0 kg"),
}
# Fields that fail, and those that graphql-core answers.
UNHEALTHY = ("fail", "odd")


def zoo_without(*prefixes: str) -> GraphQLSchema:
    """The zoo's schema, to make operations of, without fields of such names."""
    schema = build_schema(SCHEMA.as_str())
    for type_ in schema.type_map.values():
        fields = getattr(type_, "fields", {})
        for name in [name for name in fields if name.startswith(prefixes)]:
            del fields[name]
    return schema


def weight(name: str) -> float:
    """Most fields of the zoo fail; where many do, one could hide what is wrong with another."""
    return 0.15 if name.startswith(UNHEALTHY) else 1


HEALTHY = Generator(zoo_without(*UNHEALTHY), scalars=SCALARS)
# A resolver that asks a loader itself finds the answer known when graphql-core answers again, and so is earlier.
FAILING = Generator(zoo_without("ask"), scalars=SCALARS, weight=weight, hostile=True)
# What was recorded of a mutation's resolvers comes at once when graphql-core answers again, however long it took; so in
# mutations nothing may fail late, nor after others had to wait.
FAILING_MUTATIONS = Generator(zoo_without("ask", "failLate"), scalars=SCALARS, weight=weight, hostile=True)


def operation(generator: Generator, seed: int, *, mutations: Generator | None = None) -> Generated:
    """The operation of a seed; every eighth is a mutation."""
    if seed % 8:
        return generator.operation(Random(seed), "query")
    return (mutations or generator).operation(Random(seed), "mutation")


async def answer(generated: Generated, document: Any, executor_class: Any) -> str:
    """Data, errors and what mutations did, as text; a context value of its own each time."""
    context = Context()
    result = execute(
        SCHEMA._schema,
        document,
        context_value=context,
        variable_values=generated.variables,
        operation_name=generated.name,
        executor_class=executor_class,
    )
    if is_awaitable(result):
        result = await result
    assert isinstance(result, ExecutionResult)
    errors = [error.formatted for error in result.errors or ()]
    return "\n".join(json.dumps(part, ensure_ascii=False) for part in (result.data, *errors, context.log))


async def difference(generated: Generated) -> str | None:
    """What is different about the two answers, with all that is needed to see it again; None if nothing is."""
    document = parse(generated.document)
    wanted = await answer(generated, document, StrawberryGraphQLCoreExecutionContext)
    got = await answer(generated, document, CompiledExecutionContext)
    if got == wanted:
        return None
    return f"{generated.document}\n{generated.name} {generated.variables}\nwithout:\n{wanted}\ncompiled:\n{got}"


async def compare(chunk: int, operation_of: Callable[[int], Generated]) -> None:
    """Compare the operations of a chunk's seeds; fails at the first that differs."""
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        found = await difference(operation_of(seed))
        assert found is None, f"seed {seed}:\n{found}"


def hypothesis_compares(schema: GraphQLSchema, examples: int) -> None:
    """Compare operations that hypothesis makes; it has no variables and no fragments with names."""

    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(queries(schema, custom_scalars={name: literals(values) for name, values in SCALARS.items()}))
    def compares(document: str) -> None:
        found = asyncio.run(difference(Generated(document, None, {})))
        assert found is None, found

    compares()


def literals(values: Sequence[Any]) -> st.SearchStrategy[ValueNode]:
    """Examples of a custom scalar, as hypothesis wants them."""
    return st.sampled_from([parse_value(written(value)) for value in values])

"""What is not compiled is answered by graphql-core, and counted by its reason; events are compiled one by one."""

from typing import Any

import pytest
import strawberry
from graphql import execute, parse
from graphql.pyutils import is_awaitable
from strawberry.directive import DirectiveLocation, DirectiveValue
from strawberry.extensions import SchemaExtension

from executor import CompiledExecutionContext
from tests.executor.conftest import Counted
from tests.executor.zoo import Query, make_schema
from tests.executor.zoo_context import Context
from tests.executor.zoo_values import CONFIG

ZOO = make_schema(CompiledExecutionContext)


class Resolving(SchemaExtension):
    """It wants to see every field."""

    def resolve(self, _next: Any, root: Any, info: Any, *args: str, **kwargs: Any) -> Any:
        value = _next(root, info, *args, **kwargs)
        return value.upper() if isinstance(value, str) else value


@strawberry.directive(locations=[DirectiveLocation.FIELD])
def shout(value: DirectiveValue[str]) -> str:
    return value.upper()


SHOUTING = strawberry.Schema(Query, directives=[shout], config=CONFIG, execution_context_class=CompiledExecutionContext)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("{ visits { id } }", "compiled"),
        ("{ __schema { queryType { name } } }", "introspection"),
        ('{ visits { id } __type(name: "Lion") { name } }', "introspection"),
        ("{ zoo { oddStream { name } } }", "unexpected"),
        ("{ zoo { failSync } }", "an error"),
    ],
)
async def test_the_reason_is_counted(query: str, reason: str, counted: Counted) -> None:
    assert (await ZOO.execute(query, context_value=Context())).data
    assert counted() == {reason: 1}


async def test_extensions_that_resolve_see_every_field(counted: Counted) -> None:
    schema = make_schema(CompiledExecutionContext, extensions=[Resolving])
    result = await schema.execute("{ zoo { name } }", context_value=Context())
    assert result.data == {"zoo": {"name": "ZOO"}}
    assert counted() == {"middleware": 1}


async def test_other_directives_are_not_compiled(counted: Counted) -> None:
    document = parse("query @shout { visits { id } } fragment Unused on Cage { id }")
    result: Any = execute(SHOUTING._schema, document, executor_class=CompiledExecutionContext)
    assert (await result if is_awaitable(result) else result).data
    assert counted() == {"@shout": 1}


def test_without_an_event_loop_nothing_is_compiled(counted: Counted) -> None:
    result = ZOO.execute_sync("{ zoo { name grid { id } } visits { id } }", context_value=Context())
    assert result.data
    assert result.data["visits"] == [{"id": "1"}, None, {"id": "2"}]
    assert counted() == {"no event loop": 1}


async def subscribe(query: str) -> list[Any]:
    """What each event answers."""
    results: Any = await ZOO.subscribe(query, context_value=Context())
    return [(result.data, [error.message for error in result.errors or ()]) async for result in results]


async def test_each_event_of_a_subscription_is_compiled(counted: Counted) -> None:
    results = await subscribe('subscription { cages(names: ["a", "b"]) { name path lions { keeperName } } }')
    lions = [{"keeperName": "Kim"}, {"keeperName": None}, {"keeperName": "Kai"}]
    assert results == [({"cages": {"name": name, "path": "cages/path", "lions": lions}}, []) for name in "ab"]
    assert counted() == {"compiled": 2}


async def test_an_event_that_fails_leaves_the_others_alone(counted: Counted) -> None:
    results = await subscribe('subscription { cages(names: ["a", "b"]) { name failForSome } }')
    assert results == [
        ({"cages": {"name": "a", "failForSome": None}}, ["nothing about a"]),
        ({"cages": {"name": "b", "failForSome": "fine"}}, []),
    ]
    assert counted() == {"an error": 1, "compiled": 1}

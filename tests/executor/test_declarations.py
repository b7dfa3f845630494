"""What a schema may say of a field, and what an operation then says it reads."""

from typing import Any

import pytest
import strawberry
from graphql import execute, parse

from executor import Ask, CompiledExecutionContext, TypeReads, batched
from executor.declarations import Batched
from tests.executor.oracle import SCHEMA
from tests.executor.zoo_context import Context


def test_a_field_with_arguments_is_not_joined_in_place() -> None:
    with pytest.raises(TypeError, match="inline=False"):

        @batched(key="id", join="other", graphql_type=str)
        def field(info: strawberry.Info, first: int) -> Ask[Any, Any]:
            raise NotImplementedError


def test_what_is_joined_in_place_is_no_other_value() -> None:
    declaration = Batched(lambda info: Ask(Context().keepers), "id", join="other")
    with pytest.raises(TypeError, match="inline=False"):
        declaration.value(Ask(Context().keepers, lambda row, found: found))


async def reads(selections: str) -> dict[tuple[str, Any], TypeReads]:
    """What the operation told the context value that it reads."""
    context = Context()
    document = parse(f"{{ zoo {{ {selections} }} }}")
    result: Any = execute(SCHEMA._schema, document, context_value=context, executor_class=CompiledExecutionContext)
    assert not (await result).errors
    return dict(context.plans[0].reads)


async def test_attributes_are_read_by_their_names() -> None:
    keeper = (await reads("keepers { __typename id seniority since shout }"))["Keeper", None]
    assert keeper.attributes == frozenset({"id", "age", "hired", "name"})
    assert keeper.joins == {}


async def test_a_loader_is_asked_by_an_attribute() -> None:
    assert (await reads("keepers { pets { __typename } }"))["Keeper", None].attributes == frozenset({"id"})


async def test_a_resolver_may_read_anything() -> None:
    assert (await reads("keepers { id path }"))["Keeper", None].attributes is None


async def test_relations_are_wanted_with_the_columns_that_are_fields() -> None:
    read = await reads("lions { keeperName keeperSince keeper { age } }")
    assert read["Keeper", "keeper"].attributes == frozenset({"age"})
    lion = read["Lion", None]
    assert lion.attributes == frozenset({"keeper_id"})
    assert lion.joins == {"keeper": {"name", "hired"}}

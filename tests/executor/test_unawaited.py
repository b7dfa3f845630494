"""Whatever fails or is cancelled, nothing is left that was begun or could have been."""

import asyncio
import gc
import warnings
from typing import cast

import pytest
import strawberry

from executor import Ask, CompiledExecutionContext, Loader, batched
from tests.executor.conftest import Counted


async def answer(text: str) -> str:
    await asyncio.sleep(0)
    return text


class Waiting:
    """What hangs until it is cancelled."""

    def __init__(self) -> None:
        self.begun = self.cancelled = 0
        self.loader = Loader(self.ask)

    async def hang(self) -> str:
        self.begun += 1
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return "never"

    async def ask(self, ids: list[int]) -> list[str]:
        return [await self.hang() for _ in ids]


@strawberry.type
class Thing:
    id: int = 1

    @strawberry.field
    async def slow(self) -> str | None:
        return await answer("slow")

    @strawberry.field
    def promised(self) -> list[str]:
        return cast(list[str], [answer("a"), answer("b")])

    @strawberry.field
    def fail(self) -> str | None:
        raise ValueError("sync")

    @strawberry.field
    async def fail_async(self) -> str | None:
        raise ValueError("async")

    @strawberry.field
    def fail_promised(self) -> list[str | None]:
        return cast(list[str | None], [answer("a"), fail_later(), answer("b")])

    @strawberry.field
    async def hang(self, info: strawberry.Info[Waiting, None]) -> str:
        return await info.context.hang()

    @batched(key="id", graphql_type=str)
    def asked(info: strawberry.Info[Waiting, None]) -> Ask[int, str]:  # noqa: N805  it is asked once for all objects
        return Ask(info.context.loader)


async def fail_later() -> str:
    await asyncio.sleep(0)
    raise ValueError("later")


@strawberry.type
class Query:
    @strawberry.field
    def thing(self) -> Thing:
        return Thing()

    @strawberry.field
    async def things(self) -> list[Thing]:
        return [Thing(), Thing(id=2)]

    @strawberry.field
    def promised(self) -> list[Thing]:
        async def thing() -> Thing:
            return Thing()

        return cast(list[Thing], [thing(), thing()])


SCHEMA = strawberry.Schema(Query, execution_context_class=CompiledExecutionContext)


@pytest.mark.parametrize(
    "query",
    [
        "{ thing { slow fail } }",
        "{ thing { fail slow } }",
        "{ thing { slow failAsync promised } }",
        "{ things { promised fail slow } }",
        "{ things { promised failPromised } thing { fail } }",
        "{ things { slow } thing { failAsync } promised { fail } }",
    ],
)
async def test_nothing_is_left_unawaited_when_something_fails(query: str, counted: Counted) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        result = await SCHEMA.execute(query, context_value=Waiting())
        gc.collect()
    assert result.data
    assert counted() == {"an error": 1}
    assert [str(warning.message) for warning in told] == []


@pytest.mark.parametrize(
    ("query", "begun"),
    [
        ("{ thing { hang } }", 1),
        ("{ thing { hang again: hang slow } }", 2),
        ("{ things { hang } }", 2),
        ("{ things { asked } }", 1),
        ("{ thing { asked hang slow } }", 2),
    ],
)
async def test_cancelling_cancels_what_runs(query: str, begun: int) -> None:
    waiting = Waiting()
    running = asyncio.create_task(SCHEMA.execute(query, context_value=waiting))
    while waiting.begun < begun:
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await asyncio.sleep(0)
    assert waiting.cancelled == begun
    assert asyncio.all_tasks() == {asyncio.current_task()}

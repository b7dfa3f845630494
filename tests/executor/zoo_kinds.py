"""The ways in which a resolver may answer, and what it may be asked."""

import asyncio
from asyncio import Future
from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

import strawberry
from graphql import GraphQLError
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.scalars import JSON

from executor import reads
from tests.executor.zoo_context import Info
from tests.executor.zoo_failing import soon
from tests.executor.zoo_rows import KEEPERS, LIONS
from tests.executor.zoo_types import KAA, PETE, Animal, Keeper, Lion, Named, Resident
from tests.executor.zoo_values import Diet, Mood, Rank, Search, Stars, Visit, Weight


class Open(BasePermission):
    message = "the zoo is closed"

    async def has_permission(self, source: Any, info: Any, **_: Any) -> bool:
        return True


class Politely(FieldExtension):
    async def resolve_async(self, next_: Any, source: Any, info: Any, **arguments: Any) -> Any:
        return f"please: {await next_(source, info, **arguments)}"


class Loudly(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: Any, **arguments: Any) -> Any:
        return next_(source, info, **arguments).upper()


def settled(value: Any) -> "Future[Any]":
    """A future that is done."""
    future: Future[Any] = asyncio.get_running_loop().create_future()
    future.set_result(value)
    return future


def shown(**arguments: Any) -> str:
    """Arguments as text."""
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())


# What these resolvers return stands for what they are annotated with: rows for types, any iterable for a list, anything
# that can be awaited for what it will be.
def stands_for(value: Any) -> Any:
    return value


@strawberry.type
class Kinds(Named):
    """`name` and `id` are attributes; everything else is a resolver of a kind."""

    id: strawberry.ID
    name: str

    @strawberry.field
    def future(self) -> Keeper | None:
        return cast(Keeper, settled(KEEPERS["k1"]))

    @strawberry.field
    def awaitable(self) -> str | None:
        return cast(str, soon("awaited"))

    @strawberry.field
    def task(self) -> int:
        return cast(int, asyncio.ensure_future(soon(3)))

    @strawberry.field
    def iterator(self, count: int = 2) -> list[Rank]:
        return cast(list[Rank], (rank for rank, _ in zip(Rank, range(count), strict=False)))

    @strawberry.field
    def iterators(self) -> list[list[Animal | None]]:
        def pairs() -> Iterator[Iterator[Any]]:
            yield iter((LIONS["l1"], None))
            yield iter((KAA,))

        return cast(list[list[Animal | None]], pairs())

    @strawberry.field
    def promised(self) -> list[Resident | None]:
        return cast(list[Resident | None], [soon(KAA), None, settled(PETE), KEEPERS["k3"], soon(None)])

    @strawberry.field
    async def promised_lists(self) -> list[list[Lion] | None]:
        lists: Any = [soon([LIONS["l1"], soon(LIONS["l3"])]), (settled(LIONS["l2"]),), None, soon(None), []]
        return cast(list[list[Lion] | None], lists)

    @strawberry.field
    def promised_texts(self) -> list[list[str | None]]:
        return cast(list[list[str | None]], (soon(["a", None]), [soon("b"), "c"]))

    @strawberry.field
    def same(self) -> list[str]:
        one = settled("same")
        return cast(list[str], (one, one))

    @strawberry.field(permission_classes=[Open])
    async def permitted(self, text: str = "x") -> str:
        return text

    @strawberry.field(extensions=[Politely()])
    async def politely(self, search: Search | None = None) -> str:
        return shown(search=search)

    @strawberry.field(extensions=[Loudly(), Loudly()])
    def loudly(self, info: Info, text: str | None = None) -> str:
        return f"{text} at {info.path.as_list()}"

    @strawberry.field(metadata=reads())
    def texts(self, text: str, id_: strawberry.ID | None = None, of: list[str] | None = None) -> str:
        return shown(text=text, id=id_, of=of)

    @strawberry.field
    async def numbers(self, whole: int, ratio: float | None = 0.5, grid: list[list[int | None]] | None = None) -> str:
        return shown(whole=whole, ratio=ratio, grid=grid)

    @strawberry.field
    def enums(self, diet: Diet, moods: list[Mood | None] | None = None, rank: Rank = Rank.FIRST) -> list[Diet | None]:
        return [diet, None, Diet.MEAT] if moods and rank else [diet]

    @strawberry.field
    def scalars(self, weight: Weight | None = None, at: datetime | None = None, extra: JSON | None = None) -> str:
        return shown(weight=weight, at=at, extra=extra)

    @strawberry.field
    def unset(self, flag: bool | None = strawberry.UNSET, search: Search | None = strawberry.UNSET) -> str:
        return shown(flag=flag, search=search)

    @strawberry.field
    async def found(self, searches: list[Search], info: Info) -> list[str]:
        await asyncio.sleep(0)
        return [*(search.text for search in searches), str(info.variable_values)]

    @strawberry.field
    async def fail_graphql(self) -> str | None:
        raise GraphQLError("told by GraphQL", extensions={"code": "TEAPOT", "more": [1]})


@strawberry.type
class Entry:
    """A visit; its fields are attributes of a plain object, some of which are not what they should be."""

    id: strawberry.ID
    name: str | None
    at: datetime
    weight: Weight
    stars: Stars
    mood: Mood | None
    rank: Rank | None
    notes: JSON | None


VISIT = Visit("1", "Ann", KEEPERS["k1"].hired, 1500, 3, Mood.CALM, 1, {"a": [1, None]})
LATER = Visit("2", "", KEEPERS["k2"].hired, 0.5, 0, "grumpy", Rank.SECOND, None)

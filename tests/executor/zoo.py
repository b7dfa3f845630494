"""The zoo: a schema with everything in it, whose answers are always the same.

Fields whose names begin with `fail` fail, at least for some objects; those with `odd` are answered by graphql-core, and
those with `ask` ask a loader themselves.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Any, cast

import strawberry
from strawberry.extensions import SchemaExtension

from tests.executor.zoo_cages import EVERYBODY, Cage, cage
from tests.executor.zoo_context import Info
from tests.executor.zoo_failing import failing, soon
from tests.executor.zoo_kinds import LATER, VISIT, Entry, Kinds
from tests.executor.zoo_rows import KEEPERS, LIONS
from tests.executor.zoo_types import KAA, POLLY, Animal, Keeper, Lion, Named, Parrot, Resident, Snake
from tests.executor.zoo_values import CONFIG, Search, Visit

KIM = strawberry.ID("k1")
KINDS = Kinds(id=strawberry.ID("kinds"), name="kinds")


@strawberry.type
class Query:
    @strawberry.field
    def zoo(self) -> Cage:
        return cage("zoo")

    @strawberry.field
    async def zoo_later(self) -> Cage | None:
        return await soon(cage("later", 1))  # type: ignore[no-any-return]

    @strawberry.field
    def kinds(self) -> Kinds:
        return KINDS

    @strawberry.field
    async def many_kinds(self, count: int = 2) -> list[Kinds]:
        return [KINDS] * min(abs(count), 3)

    @strawberry.field
    def visits(self) -> list[Entry | None]:
        return cast(list[Entry | None], [VISIT, None, LATER])

    @strawberry.field
    def ask_keeper(self, info: Info, id_: strawberry.ID = KIM) -> Keeper | None:
        return cast(Keeper | None, info.context.keepers.load(id_))

    @strawberry.field
    async def keeper(self, id_: strawberry.ID = KIM) -> Keeper | None:
        return cast(Keeper | None, KEEPERS.get(id_))

    @strawberry.field
    async def lion(self, name: str = "Leo") -> Lion | None:
        return cast(Lion | None, next((lion for lion in LIONS.values() if lion.name == name), None))

    @strawberry.field
    def search(self, search: Search) -> list[Resident]:
        found: list[Any] = [one for one in EVERYBODY if search.deeper or search.text < one.name]
        return found

    @strawberry.field
    async def anything(self) -> Named:
        return cast(Named, KAA)

    @strawberry.field
    def animal(self) -> Animal | None:
        return cast(Animal, soon(POLLY))

    @strawberry.field
    def nothing(self) -> Keeper | None:
        return None

    @strawberry.field
    def fail_keeper(self) -> Keeper | None:
        raise ValueError("no keeper")

    @strawberry.field
    async def fail_visits(self) -> list[Entry | None] | None:
        odd = Visit("3", "", None, "heavy", 10**400, "furious", 3, [])  # type: ignore[arg-type]  # the fault
        return cast(list[Entry | None], [VISIT, odd, LATER])


@strawberry.type
class Born:
    parrot: Parrot | None
    number: int


@strawberry.type
class Refused:
    reason: str
    by: Keeper | None


Birth = Annotated[Born | Refused, strawberry.union("Birth")]


def log(info: Info, what: str) -> int:
    """Write down that a mutation's resolver was called; the number of calls so far."""
    info.context.log.append(what)
    return len(info.context.log)


@strawberry.type
class Nursery:
    """A namespace: mutations below a mutation."""

    name: str = "nursery"

    @strawberry.field
    def feed(self, info: Info, what: str = "milk") -> int:
        return log(info, f"feed {what}")

    @strawberry.field
    async def wash(self, info: Info) -> Cage:
        log(info, "wash")
        return cage("bath", 2)

    @strawberry.field
    async def nap(self, info: Info) -> str:
        log(info, "nap")
        await asyncio.sleep(0)
        log(info, "awake")
        return "zzz"

    @strawberry.field
    def fail_feed(self, info: Info) -> int | None:
        log(info, "fail_feed")
        raise ValueError("nobody is hungry")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def count(self, info: Info) -> int:
        return log(info, "count")

    @strawberry.mutation
    async def count_slowly(self, info: Info, turns: int = 1) -> int:
        number = log(info, "begin")
        for _ in range(min(abs(turns), 4)):
            await asyncio.sleep(0)
        log(info, "end")
        return number

    @strawberry.mutation
    async def hatch(self, info: Info, name: str | None = None) -> Birth:
        number = log(info, f"hatch {name}")
        if not name:
            return Refused(reason="it needs a name", by=cast(Keeper, KEEPERS["k1"]))
        return Born(parrot=cast(Parrot, POLLY), number=number)

    @strawberry.mutation
    def nursery(self, info: Info) -> Nursery:
        log(info, "nursery")
        return Nursery()

    @strawberry.mutation
    def move(self, info: Info) -> list[Animal | None]:
        log(info, "move")
        return cast(list[Animal | None], (animal for animal in (LIONS["l1"], None, KAA)))

    @strawberry.mutation
    async def clean(self, info: Info) -> Cage | None:
        log(info, "clean")
        return await soon(cage("clean", 1))  # type: ignore[no-any-return]

    @strawberry.mutation
    def fail_mutation(self, info: Info) -> Cage | None:
        log(info, "fail_mutation")
        raise ValueError("it can't be done")

    @strawberry.mutation
    async def fail_slow_mutation(self, info: Info) -> Cage:
        log(info, "fail_slow_mutation")
        return await failing("it can't be done, ever", 2)  # type: ignore[no-any-return]

    @strawberry.mutation
    def fail_birth(self, info: Info) -> Birth | None:
        log(info, "fail_birth")
        return cast(Birth, KAA)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def cages(self, names: list[str]) -> AsyncGenerator[Cage, None]:
        for name in names:
            yield await soon(cage(name, 2))


def make_schema(
    execution_context_class: Any = None, extensions: list[type[SchemaExtension]] | None = None
) -> strawberry.Schema:
    """The zoo, executed by graphql-core or by what is given."""
    return strawberry.Schema(
        Query,
        Mutation,
        Subscription,
        types=[Snake, Lion, Parrot],
        config=CONFIG,
        execution_context_class=execution_context_class,
        extensions=extensions or [],
    )

"""Who lives and works in the zoo: rows (`Keeper`, `Lion`), plain objects (`Parrot`) and Strawberry's own (`Snake`)."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

import strawberry
from graphql import GraphQLAbstractType, GraphQLResolveInfo
from strawberry.scalars import JSON

from executor import Ask, attribute, batched, reads
from tests.executor.zoo_context import Info
from tests.executor.zoo_failing import Faulty, soon
from tests.executor.zoo_rows import KEEPERS, LIONS, KeeperRow, LionRow, PlainLionRow
from tests.executor.zoo_values import Diet, Mood, Shift


class Bird:
    """What a parrot is in Python."""

    def __init__(self, name: str, words: tuple[str, ...], friend: "Bird | None" = None) -> None:
        self.id = f"p-{name}"
        self.name = name
        self.words = words
        self.friend = friend
        self.notes = {"words": len(words), "likes": ["nuts", None, 1.5]}
        self.flights = [[len(word), None] for word in words] + [None]


POLLY = Bird("Polly", ("hello", "nut"))
PETE = Bird("Pete", (), POLLY)


@strawberry.interface
class Named(Faulty):
    id: strawberry.ID

    @strawberry.field
    def path(self, info: Info) -> str:
        return "/".join(map(str, info.path.as_list()))

    @strawberry.field
    async def selected(self, info: Info) -> list[str]:
        return [repr(field) for field in info.selected_fields]

    @strawberry.field
    def told(self, info: Info) -> str:
        assert info.root_value is None
        parent = info._raw_info.parent_type.name
        return f"{parent}.{info.field_name} {info.return_type} {sorted(info.variable_values)}"


@strawberry.interface
class Animal(Named):
    @strawberry.field
    def cry(self, times: int = 1) -> str:
        return self.name.upper() * min(abs(times), 3)

    @classmethod
    def resolve_type(cls, obj: Any, info: GraphQLResolveInfo[Any], _type: GraphQLAbstractType) -> str | None:
        assert info.field_name
        known = {LionRow: "Lion", PlainLionRow: "Lion", Bird: "Parrot", Snake: "Snake", KeeperRow: "Keeper"}
        return known.get(type(obj))


@strawberry.type
class Keeper(Named):
    name: str
    age: int | None
    hired: datetime
    shift: Shift
    nickname: str | None
    seniority: str | None = attribute("age", lambda age: f"{age} years")
    initial: str = attribute("name", lambda name: name[:1])
    since: int = attribute("hired", lambda hired: hired.year, written="{v}.year")

    @strawberry.field(metadata=reads("name"))
    def shout(self, mark: str = "!") -> str:
        return self.name.upper() + mark

    @strawberry.field
    async def ask_boss(self, info: Info) -> str | None:
        boss = await info.context.keepers.load(self.boss_id)  # type: ignore[attr-defined]  # a column
        return boss.name.lower() if boss else None

    @batched(key="boss_id", graphql_type="Keeper | None")
    def boss(info: Info) -> Ask[str | None, KeeperRow | None]:  # noqa: N805  it is asked once for all objects
        return Ask(info.context.keepers)

    @batched(key="id", graphql_type=list[Animal])
    def pets(info: Info, first: int = 2) -> Ask[str, list[Any]]:  # noqa: N805
        return Ask(info.context.first_pets(abs(first)))

    @batched(key="id", graphql_type=int)
    def pet_count(info: Info) -> Ask[str, list[Any]]:  # noqa: N805
        return Ask(info.context.pets, lambda _, found: len(found))

    @batched(key="id", graphql_type="list[Lion | None]")
    def lions(info: Info, calm: bool = False) -> Ask[str, list[Any]]:  # noqa: N805
        return Ask(
            info.context.pets, lambda _, found: [None if calm and lion.mood != "calm" else lion for lion in found]
        )

    @classmethod
    def is_type_of(cls, obj: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(obj, KeeperRow)


@strawberry.type
class Lion(Animal):
    name: str
    born: datetime | None
    diet: Diet
    mood: Mood | None
    mane: float | None
    tame: bool

    @batched(key="keeper_id", join="keeper", graphql_type=Keeper | None)
    def keeper(info: Info) -> Ask[str | None, KeeperRow | None]:  # noqa: N805
        return Ask(info.context.keepers)

    @batched(key="keeper_id", join="keeper", column="name", graphql_type=str | None)
    def keeper_name(info: Info) -> Ask[str | None, KeeperRow | None]:  # noqa: N805
        return Ask(info.context.keepers)

    @batched(key="keeper_id", join="keeper", column="hired", graphql_type=datetime | None)
    def keeper_since(info: Info) -> Ask[str | None, KeeperRow | None]:  # noqa: N805
        return Ask(info.context.keepers)

    @batched(key="keeper_id", join="keeper", column="shift", graphql_type=Shift | None)
    def keeper_shift(info: Info) -> Ask[str | None, KeeperRow | None]:  # noqa: N805
        return Ask(info.context.keepers)

    @batched(key="keeper_id", join="keeper", inline=False, graphql_type=Keeper | None)
    def keeper_in(info: Info, shift: Shift = Shift.DAY) -> Ask[str | None, KeeperRow | None]:  # noqa: N805
        def fitting(_lion: Any, keeper: KeeperRow | None) -> KeeperRow | None:
            return keeper if keeper is not None and keeper.shift == shift.value else None

        return Ask(info.context.keepers, fitting)

    @batched(key="keeper_id", join="keeper", missing=lambda: LookupError("it has no keeper"), graphql_type=Keeper)
    def fail_keeper(info: Info) -> Ask[str | None, KeeperRow | None]:  # noqa: N805
        return Ask(info.context.keepers)

    @batched(key="keeper_id", join="keeper", graphql_type=Keeper)
    def fail_null_keeper(info: Info) -> Ask[str | None, KeeperRow | None]:  # noqa: N805
        return Ask(info.context.keepers)

    @batched(key="keeper_id", join="keeper", column="age", graphql_type=int)
    def fail_keeper_age(info: Info) -> Ask[str | None, KeeperRow | None]:  # noqa: N805
        return Ask(info.context.keepers)

    @classmethod
    def is_type_of(cls, obj: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(obj, (LionRow, PlainLionRow))


@strawberry.type
class Parrot(Animal):
    name: str
    words: list[str]
    flights: list[list[int | None] | None]
    notes: JSON
    friend: "Parrot | None"

    @strawberry.field
    def mixed(self) -> list[JSON | None]:
        return (1, "two", None, [3])  # type: ignore[return-value]  # any iterable is a list

    @classmethod
    def is_type_of(cls, obj: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(obj, Bird)


@strawberry.type
class Snake(Animal):
    name: str
    id: strawberry.ID
    length: float
    skins: list[datetime] | None = None

    @strawberry.field
    async def eaten(self) -> list["Resident | None"]:
        await asyncio.sleep(0)
        return [POLLY, None, KEEPERS["k2"], LIONS["l3"]]  # type: ignore[list-item]  # rows are their sources

    @strawberry.field
    def fail_resident(self) -> "Resident | None":
        return object()  # type: ignore[return-value]  # that is the fault


Resident = Annotated[Keeper | Lion | Parrot | Snake, strawberry.union("Resident")]

KAA = Snake(name="Kaa", id=strawberry.ID("s1"), length=4.5)
NAG = Snake(name="Nag", id=strawberry.ID("s2"), length=1, skins=[KEEPERS["k1"].hired])


async def anybody() -> Any:
    """A resident, after a while."""
    return await soon(KAA)

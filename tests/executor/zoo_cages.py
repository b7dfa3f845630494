"""Cages: objects in lists, in lists of lists, in each other, and of every abstract type; and lists that fail."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import strawberry

from tests.executor.zoo_context import Info
from tests.executor.zoo_failing import failing, is_odd, soon
from tests.executor.zoo_rows import KEEPERS, LEA, LEO, LIA, LIONS, LOU, LUX
from tests.executor.zoo_types import KAA, NAG, PETE, POLLY, Animal, Keeper, Lion, Named, Parrot, Resident
from tests.executor.zoo_values import Diet

EVERYBODY: list[Any] = [LEO, POLLY, LOU, KAA, KEEPERS["k3"]]


@strawberry.type
class Cage(Named):
    """Rows stand for what these resolvers are annotated with."""

    id: strawberry.ID
    name: str
    depth: strawberry.Private[int] = 0

    @strawberry.field
    def inner(self) -> list["Cage"]:
        return [] if self.depth > 1 else [cage(f"{self.name}{part}", self.depth + 1) for part in "ab"]

    @strawberry.field
    async def outer(self) -> "Cage | None":
        return await soon(cage(self.name[:-1], self.depth - 1) if self.depth else None)  # type: ignore[no-any-return]

    @strawberry.field
    def grid(self) -> list[list["Cage | None"]]:
        return [[cage("x", 2), None], [], [cage("y", 1)]]

    @strawberry.field
    async def loose_grid(self) -> list[list["Cage"] | None] | None:
        return None if self.depth else [[cage("u", 2)], None, [cage("v", 2), cage("w", 2)]]

    @strawberry.field
    def lions(self, diet: Diet | None = None) -> list[Lion]:
        return cast(list[Lion], [lion for lion in (LEO, LEA, LIA) if diet is None or lion.diet == diet.value])

    @strawberry.field
    def all_lions(self) -> list[Lion | None]:
        return cast(list[Lion | None], [LEO, LOU, None, LEA, LUX])

    @strawberry.field
    async def plain_lions(self) -> list[Lion]:
        return cast(list[Lion], (LOU, LUX))

    @strawberry.field
    def animals(self, odd: bool | None = None) -> list[Animal | None]:
        chosen = [animal for animal in (*EVERYBODY[:4], NAG) if odd is None or is_odd(animal) == odd]
        return cast(list[Animal | None], [*chosen, None])

    @strawberry.field
    async def residents(self) -> list[Resident]:
        return cast(list[Resident], iter(EVERYBODY))

    @strawberry.field
    def named(self) -> list[list[Named | None] | None]:
        return cast(list[list[Named | None] | None], [EVERYBODY, None, (self, None)])

    @strawberry.field
    def keepers(self) -> list[Keeper | None]:
        return cast(list[Keeper | None], [KEEPERS["k1"], None, KEEPERS["k2"]])

    @strawberry.field
    def seen(self, info: Info) -> "Cage":
        """Named after what is selected of it."""
        counts = [len(field.selections) for field in info.selected_fields]
        return cage(f"{counts} of {self.name}", 2)

    @strawberry.field
    async def ask_keepers(self, info: Info) -> list[Keeper | None]:
        return cast(list[Keeper | None], await info.context.keepers.load_many(["k1", "nobody", "k2"]))

    @strawberry.field
    def fail_cage(self) -> "Cage | None":
        raise ValueError(f"no cage in {self.name}")

    @strawberry.field
    async def fail_late_required_cage(self) -> "Cage":
        return await soon(None if is_odd(self) else cage("even", 2))  # type: ignore[no-any-return]

    @strawberry.field
    def fail_late_inner(self) -> list["Cage | None"]:
        return cast(list["Cage | None"], [cage("a", 2), ValueError("a cage"), failing("later", 1), soon(cage("b", 2))])

    @strawberry.field
    def fail_late_required_items(self) -> list["Cage"] | None:
        return cast(list["Cage"], [cage("a", 2), soon(None), cage("b", 2)])

    @strawberry.field
    def fail_grid(self) -> list[list["Cage"] | None]:
        return cast(list[list["Cage"] | None], [[cage("a", 2)], [cage("b", 2), None], 3, None])

    @strawberry.field
    async def fail_late_grid(self) -> list[list["Cage | None"] | None]:
        return cast(list[list["Cage | None"] | None], [failing("a list"), soon([failing("an item"), cage("c", 2)])])

    @strawberry.field
    def fail_no_list(self) -> list["Cage"] | None:
        return cast(list["Cage"], cage("alone", 2))

    @strawberry.field
    def fail_iterating(self) -> list["Cage"] | None:
        def cages() -> Iterator[Cage]:
            yield cage("a", 2)
            raise RuntimeError("there is no second cage")

        return cast(list["Cage"], cages())

    @strawberry.field
    def fail_animal(self) -> Animal | None:
        return cast(Animal, 5)

    @strawberry.field
    def fail_animals(self) -> list[Animal | None]:
        return cast(list[Animal | None], [LEO, KEEPERS["k1"], "a mouse", POLLY])

    @strawberry.field
    async def fail_late_residents(self) -> list[Resident | None]:
        return cast(list[Resident | None], [LOU, self, object(), soon(failing), KAA])

    @strawberry.field
    def fail_lion(self) -> Lion | None:
        return cast(Lion, POLLY)

    @strawberry.field
    def fail_parrots(self) -> list[Parrot | None]:
        return cast(list[Parrot | None], [PETE, LIONS["l1"]])

    @strawberry.field
    async def odd_stream(self) -> list["Cage"]:
        async def cages() -> AsyncIterator[Any]:
            yield cage("a", 2)
            yield await soon(cage("b", 2))

        return cast(list[Cage], cages())


def cage(name: str, depth: int = 0) -> Cage:
    """A cage, two levels deep at most."""
    return Cage(id=strawberry.ID(f"c-{name}"), name=name, depth=depth)

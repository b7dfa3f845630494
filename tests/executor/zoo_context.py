"""What an operation on the zoo is given: loaders of its own, and a log."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import strawberry

from executor import Loader
from executor.plan import Plan
from tests.executor.zoo_rows import KEEPERS, LIONS, KeeperRow


@dataclass
class Context:
    """The context value of one operation. `log` is what mutations did, `asked` the questions of loaders."""

    log: list[str] = field(default_factory=list)
    asked: list[tuple[str, list[Any]]] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    calls: int = 0

    def __post_init__(self) -> None:
        self.keepers: Loader[str | None, KeeperRow | None] = self._loader("keepers", keepers)
        self.pets: Loader[str, list[Any]] = self._loader("pets", pets)
        self.some_pets: dict[int, Loader[str, list[Any]]] = {}
        self.broken: Loader[str, str] = self._loader("broken", broken)
        self.brittle: Loader[str, str] = self._loader("brittle", brittle)
        self.unequal: Loader[str, str] = self._loader("unequal", unequal)

    def first_pets(self, first: int) -> Loader[str, list[Any]]:
        """A loader for each value of the argument."""
        if first not in self.some_pets:
            self.some_pets[first] = self._loader(f"pets {first}", partial(pets, first=first))
        return self.some_pets[first]

    def planned(self, plan: Plan) -> None:
        """Hear from the executor what is about to be read."""
        self.plans.append(plan)

    def _loader(self, name: str, ask: Callable[[list[Any]], Awaitable[Sequence[Any]]]) -> Loader[Any, Any]:
        async def asked(keys: list[Any]) -> Sequence[Any]:
            self.asked.append((name, keys))
            return await ask(keys)

        return Loader(asked, name=name)


Info = strawberry.Info[Context, Any]


async def keepers(ids: list[str | None]) -> list[KeeperRow | None]:
    """None for whom there is not."""
    return [KEEPERS.get(id_) if id_ else None for id_ in ids]


async def pets(keeper_ids: list[str], first: int = 10) -> list[list[Any]]:
    """The lions of each keeper."""
    return [[lion for lion in LIONS.values() if lion.keeper_id == id_][:first] for id_ in keeper_ids]


async def broken(keys: list[str]) -> list[str]:
    """Never answers."""
    raise ConnectionError(f"no answer for {len(set(keys))} keys")


async def brittle(keys: list[str]) -> list[str]:
    """Can't be asked of one key, and so not of those that are asked with it."""
    if "k2" in keys:
        raise LookupError("k2 can't be asked for")
    return [f"brittle {key}" for key in keys]


async def unequal(keys: list[str]) -> list[str]:
    """Answers too little."""
    return keys[1:]

"""Fields that fail, one of each kind. Their names begin with `fail`; every type of the zoo has them."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission

from executor import Ask, Loader, batched
from tests.executor.zoo_context import Info
from tests.executor.zoo_values import Diet, Weight


class Closed(BasePermission):
    message = "the zoo is closed"

    def has_permission(self, source: Any, info: Any, **_: Any) -> bool:
        return False


class Fence(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: Any, **arguments: Any) -> Any:
        next_(source, info, **arguments)
        raise PermissionError("there is a fence")


async def failing(message: str, turns: int = 0) -> Any:
    """An error, after a while."""
    for _ in range(turns):
        await asyncio.sleep(0)
    raise ValueError(message)


async def soon(value: Any) -> Any:
    """A value, after a turn of the event loop."""
    await asyncio.sleep(0)
    return value


def is_odd(self: Any) -> bool:
    """Whether this is one of the objects that fail."""
    return bool(sum(self.name.encode()) % 2)


def odd_fails(self: Any, answer: str) -> str:
    if is_odd(self):
        raise LookupError(f"nothing about {self.name}")
    return answer


@strawberry.interface
class Faulty:
    name: str

    @strawberry.field
    def fail_sync(self) -> str | None:
        raise ValueError(f"sync {self.name}")

    @strawberry.field
    async def fail_async(self) -> str | None:
        raise ValueError(f"async {self.name}")

    @strawberry.field
    async def fail_late(self, turns: int = 2) -> str | None:
        value: str = await failing(f"slow {self.name}", min(abs(turns), 5))
        return value

    @strawberry.field
    def fail_required(self) -> str:
        return odd_fails(self, "required")

    @strawberry.field
    async def fail_late_required(self) -> str:
        await asyncio.sleep(0)
        return odd_fails(self, "required")

    @strawberry.field
    def fail_null(self) -> str:
        return None if is_odd(self) else "not null"  # type: ignore[return-value]  # that is the fault

    @strawberry.field
    async def fail_late_null(self) -> int:
        return await soon(None if is_odd(self) else 1)  # type: ignore[no-any-return]  # that is the fault

    @strawberry.field
    def fail_int(self) -> int | None:
        return "a number"  # type: ignore[return-value]  # that is the fault

    @strawberry.field
    async def fail_big(self) -> int | None:
        return 2**40

    @strawberry.field
    def fail_float(self) -> float | None:
        return float("nan")

    @strawberry.field
    def fail_diet(self) -> Diet | None:
        return "stones"  # type: ignore[return-value]  # that is the fault

    @strawberry.field
    def fail_time(self) -> datetime | None:
        return "yesterday"  # type: ignore[return-value]  # that is the fault

    @strawberry.field
    def fail_weight(self) -> Weight | None:
        return object()  # type: ignore[return-value]  # that is the fault

    @strawberry.field
    def fail_returned(self) -> str | None:
        return ValueError("returned")  # type: ignore[return-value]  # that is the fault

    @strawberry.field
    async def fail_returned_async(self) -> list[str] | None:
        return ["a", ValueError("in a list")]  # type: ignore[list-item]  # that is the fault

    @strawberry.field
    def fail_list(self) -> list[str] | None:
        return 7  # type: ignore[return-value]  # that is the fault

    @strawberry.field
    def fail_items(self) -> list[str | None]:
        return ["a", object(), None, RuntimeError("an item")]  # type: ignore[list-item]  # that is the fault

    @strawberry.field
    def fail_lists(self) -> list[list[int] | None]:
        return [[1], [2, None], None, [3]]  # type: ignore[list-item]  # that is the fault

    @strawberry.field
    def fail_late_items(self) -> list[str | None]:
        return [soon("a"), failing("second", 1), failing("third"), soon(None)]  # type: ignore[list-item]  # awaited

    @strawberry.field
    def fail_iterator(self) -> list[int | None] | None:
        def numbers() -> Iterator[int]:
            yield 1
            raise RuntimeError("there is no second")

        return numbers()  # type: ignore[return-value]  # any iterable is a list

    @strawberry.field
    def fail_for_some(self) -> str | None:
        return odd_fails(self, "fine")

    @strawberry.field
    async def fail_late_for_some(self) -> str | None:
        return odd_fails(self, await soon("fine"))

    @strawberry.field(permission_classes=[Closed])
    def fail_permission(self) -> str | None:
        return "open"

    @strawberry.field(extensions=[Fence()])
    def fail_extension(self) -> str | None:
        return "no fence"

    @batched(key="name", graphql_type=str | None)
    def fail_broken(info: Info) -> Ask[str, str]:  # noqa: N805  it is asked once for all objects
        return Ask(info.context.broken)

    @batched(key="id", graphql_type=str | None)
    def fail_brittle(info: Info) -> Ask[str, str]:  # noqa: N805
        return Ask(info.context.brittle)

    @batched(key="id", graphql_type=str | None)
    def fail_unequal(info: Info) -> Ask[str, str]:  # noqa: N805
        return Ask(info.context.unequal)

    @batched(key="id", graphql_type=str)
    def fail_missing(info: Info) -> Ask[Any, Any]:  # noqa: N805
        return Ask(info.context.keepers, lambda _, keeper: None if keeper is None else keeper.name)

    @batched(key="id", graphql_type=str | None)
    def fail_value(info: Info) -> Ask[Any, Any]:  # noqa: N805
        return Ask(info.context.keepers, lambda source, _: odd_fails(source, "value"))

    @batched(key="id", missing=lambda: LookupError("no such keeper"), graphql_type=str | None, column="name")
    def fail_to_find(info: Info) -> Ask[Any, Any]:  # noqa: N805
        return Ask(info.context.keepers)

    @batched(key="id", graphql_type=str | None)
    def fail_to_ask(info: Info) -> Ask[Any, Any]:  # noqa: N805
        loader: Loader[Any, Any] | None = getattr(info.context, "no_loader", None)
        if loader is None:
            raise RuntimeError("nobody to ask")
        return Ask(loader)

    @batched(key="no_such_attribute", graphql_type=str | None)
    def fail_key(info: Info) -> Ask[Any, Any]:  # noqa: N805
        return Ask(info.context.keepers)

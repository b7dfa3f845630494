"""Finding things by their ids."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import strawberry

from database.statement import Row
from schema.context import Info
from schema.errors import BadUserInputError
from schema.ids import AnyId, AnyIds, Kind, decode
from schema.loaders import Loaders
from schema.objects import Node

MOST_IDS = 100

LOADS: dict[Kind, Callable[[Loaders, UUID], Awaitable[Row | None]]] = {
    Kind.VIDEO: lambda loaders, key: loaders.video_by_id.load(key),
    Kind.JOB: lambda loaders, key: loaders.job_by_id.load(key),
    Kind.METADATA: lambda loaders, key: loaders.metadata_by_id.load(key),
}


@strawberry.type
class NodeQueries:
    @strawberry.field(
        graphql_type=Node | None, description="The thing of yours that has this id; null if there is none."
    )
    async def node(self, info: Info, id: AnyId) -> Row | None:  # noqa: A002  the contract's name
        kind, key = decode(id, argument="id")
        return await LOADS[kind](info.context.loaders, key)

    @strawberry.field(
        graphql_type=list[Node | None],
        description="The things of yours that have these ids, in their order, null where there is none; "
        f"at most {MOST_IDS}.",
    )
    async def nodes(self, info: Info, ids: AnyIds) -> list[Awaitable[Row | None]]:
        if len(ids) > MOST_IDS:
            raise BadUserInputError(f"ids: has {len(ids):,} elements; at most {MOST_IDS} are answered at a time.")
        decoded = [decode(id, argument=f"ids[{index}]") for index, id in enumerate(ids)]  # noqa: A001  as above
        return [LOADS[kind](info.context.loaders, key) for kind, key in decoded]

"""Finding things by their ids."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import strawberry

from database.statement import Row
from executor import Ask, Loader, batched
from schema.context import Info
from schema.errors import BadUserInputError
from schema.ids import MOST_IDS, AnyId, AnyIds, Kind, decode
from schema.loaders import Loaders
from schema.objects import Node

BY_ID: dict[Kind, Callable[[Loaders], Loader[UUID, Any]]] = {
    Kind.VIDEO: lambda loaders: loaders.video_by_id,
    Kind.JOB: lambda loaders: loaders.job_by_id,
    Kind.METADATA: lambda loaders: loaders.metadata_by_id,
}


@strawberry.type
class NodeQueries:
    @batched(graphql_type=Node | None, description="The thing of yours that has this id; null if there is none.")
    def node(info: Info, id: AnyId) -> Ask[UUID, Row | None]:  # noqa: A002  the contract's name
        kind, key = decode(id, argument="id")
        return Ask(BY_ID[kind](info.context.loaders), key=key)

    @strawberry.field(
        graphql_type=list[Node | None],
        description="The things of yours that have these ids, in their order, null where there is none; "
        f"at most {MOST_IDS}.",
    )
    async def nodes(self, info: Info, ids: AnyIds) -> list[Awaitable[Row | None]]:
        if len(ids) > MOST_IDS:
            raise BadUserInputError(f"ids: has {len(ids):,} elements; at most {MOST_IDS} are answered at a time.")
        decoded = [decode(id, argument=f"ids[{index}]") for index, id in enumerate(ids)]  # noqa: A001  as above
        return [BY_ID[kind](info.context.loaders).load(key) for kind, key in decoded]

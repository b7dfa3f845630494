"""Who asks."""

from dataclasses import dataclass
from uuid import UUID

import strawberry
from strawberry import Parent

from schema.context import Info
from schema.scalars import BigInt


@dataclass(frozen=True, slots=True)
class ViewerSource:
    """The user whose token came with the request."""

    id: UUID


@strawberry.type(description="The user whose token came with the request.")
class Viewer:
    id: strawberry.ID = strawberry.field(description="The token's `sub`.")

    @strawberry.field(description="How many videos you have, announced ones included.")
    async def video_count(root: Parent[ViewerSource], info: Info) -> int:
        totals = await info.context.loaders.viewer_totals.load(root.id)
        return totals.video_count if totals else 0

    @strawberry.field(description="Bytes of all your videos whose uploads are complete.")
    async def stored_bytes(root: Parent[ViewerSource], info: Info) -> BigInt:
        totals = await info.context.loaders.viewer_totals.load(root.id)
        return BigInt(totals.stored_bytes if totals else 0)


@strawberry.type
class ViewerQueries:
    @strawberry.field(graphql_type=Viewer, description="You, the user whose token came with the request.")
    def viewer(self, info: Info) -> ViewerSource:
        return ViewerSource(info.context.viewer)

"""The GraphQL contract, put together."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from executor import CompiledExecutionContext
from schema import enums
from schema.mutations.video import VideoMutations
from schema.mutations.video_job import VideoJobMutations
from schema.mutations.video_metadata import VideoMetadataMutations
from schema.nullability import Schema
from schema.queries.node import NodeQueries
from schema.queries.transcript import TranscriptQueries
from schema.queries.video import VideoQueries
from schema.queries.video_job import VideoJobQueries
from schema.queries.viewer import ViewerQueries
from schema.scalars import SCALARS
from schema.subscriptions.video_job import VideoJobEventQueries, VideoJobSubscriptions

ENUMS = enums  # imported so that the database's enums are described before they are used


@strawberry.type(description="Everything that can be read.")
class Query(ViewerQueries, NodeQueries, VideoQueries, VideoJobQueries, VideoJobEventQueries, TranscriptQueries):
    pass


@strawberry.type(description="Everything that can be changed.")
class Mutation(VideoMutations, VideoJobMutations, VideoMetadataMutations):
    pass


@strawberry.type(description="Everything that can be followed live.")
class Subscription(VideoJobSubscriptions):
    pass


schema = Schema(
    Query,
    Mutation,
    Subscription,
    config=StrawberryConfig(scalar_map=SCALARS),
    execution_context_class=CompiledExecutionContext,
)

# The same as graphql-core has it, for what reads schemas.
contract = schema._schema  # noqa: SLF001  Strawberry has no other door to it


def sdl() -> str:
    """The schema definition language of the contract, as `schema.graphql` holds it."""
    return schema.as_str() + "\n"

"""The GraphQL contract, put together."""

import strawberry
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from schema import enums
from schema.mutations.video import VideoMutations
from schema.mutations.video_metadata import VideoMetadataMutations
from schema.queries.node import NodeQueries
from schema.queries.video import VideoQueries
from schema.queries.video_job import VideoJobQueries
from schema.queries.viewer import ViewerQueries
from schema.scalars import SCALARS

ENUMS = enums  # imported so that the database's enums are described before they are used
CACHED_DOCUMENTS = 1000


@strawberry.type(description="Everything that can be read.")
class Query(ViewerQueries, NodeQueries, VideoQueries, VideoJobQueries):
    pass


@strawberry.type(description="Everything that can be changed.")
class Mutation(VideoMutations, VideoMetadataMutations):
    pass


schema = strawberry.Schema(
    Query,
    Mutation,
    config=StrawberryConfig(scalar_map=SCALARS),
    extensions=[lambda: ParserCache(maxsize=CACHED_DOCUMENTS), lambda: ValidationCache(maxsize=CACHED_DOCUMENTS)],
)


def sdl() -> str:
    """The schema definition language of the contract, as `schema.graphql` holds it."""
    return schema.as_str() + "\n"

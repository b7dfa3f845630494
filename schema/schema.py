"""The GraphQL contract, put together."""

from collections.abc import Iterator

import strawberry
from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from schema import enums
from schema.mutations.video import VideoMutations
from schema.mutations.video_job import VideoJobMutations
from schema.mutations.video_metadata import VideoMetadataMutations
from schema.queries.node import NodeQueries
from schema.queries.transcript import TranscriptQueries
from schema.queries.video import VideoQueries
from schema.queries.video_job import VideoJobQueries
from schema.queries.viewer import ViewerQueries
from schema.scalars import SCALARS

ENUMS = enums  # imported so that the database's enums are described before they are used
CACHED_DOCUMENTS = 1000


@strawberry.type(description="Everything that can be read.")
class Query(ViewerQueries, NodeQueries, VideoQueries, VideoJobQueries, TranscriptQueries):
    pass


@strawberry.type(description="Everything that can be changed.")
class Mutation(VideoMutations, VideoJobMutations, VideoMetadataMutations):
    pass


class OneOperation(SchemaExtension):
    """Which of several operations to run is the client's to say: the first of them may be the wrong one."""

    def on_validate(self) -> Iterator[None]:
        """Refuse a document with several operations for which no name came."""
        context = self.execution_context
        definitions = context.graphql_document.definitions if context.graphql_document else ()
        operations = sum(isinstance(node, OperationDefinitionNode) for node in definitions)
        # `operation_name` answers the first operation's where none was sent.
        if operations > 1 and context._provided_operation_name is None:  # noqa: SLF001  what was sent is kept nowhere else
            error = GraphQLError("The document has several operations: name the one to run by `operationName`.")
            context.pre_execution_errors = [*(context.pre_execution_errors or ()), error]
        yield


class Schema(strawberry.Schema):
    """Leaves errors to whoever answers the client: there they are masked, and logged once, with the request's id."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Do nothing; Strawberry would log each with its trace."""


schema = Schema(
    Query,
    Mutation,
    config=StrawberryConfig(scalar_map=SCALARS),
    extensions=[
        lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
        lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
        OneOperation,
    ],
)


def sdl() -> str:
    """The schema definition language of the contract, as `schema.graphql` holds it."""
    return schema.as_str() + "\n"

"""Searching transcripts."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from database.paging import position_values
from database.statements.transcript import BEST_FIRST, TranscriptMatchRow, transcript_matches
from schema.connection import After, First, Page, PageArguments, PageInfo
from schema.context import Info
from schema.fields import relation
from schema.objects import Video, VideoMetadata
from schema.queries.video_filter import LONGEST_SEARCH, require_text

SearchQuery = Annotated[
    str,
    strawberry.argument(
        description='Words to look for, as in a search engine: all of them, "as a phrase", this or that, -without.'
    ),
]


@strawberry.type(description="A transcript in which the words were found.")
class TranscriptMatch:
    video: Video = relation(
        lambda loaders: loaders.video_by_id,
        key="video_id",
        required=True,
        description="The video whose transcript it is.",
    )
    metadata: VideoMetadata = relation(
        lambda loaders: loaders.metadata_by_id, required=True, description="The metadata that has the transcript."
    )
    passage: str = strawberry.field(
        description="The part of the transcript that matches best. Plain text: escape it as any other."
    )
    rank: float = strawberry.field(description="How well it matches; comparable within one search only.")


@strawberry.type(description="A match and where it stands in its list.")
class TranscriptMatchEdge:
    cursor: str = strawberry.field(description="Send it as `after` to go on from here.")
    node: TranscriptMatch = strawberry.field(description="The match.")


@strawberry.type(description="A page of matches.")
class TranscriptMatchConnection:
    edges: list[TranscriptMatchEdge] = strawberry.field(description="The matches with their cursors.")
    nodes: list[TranscriptMatch] = strawberry.field(description="The matches.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")


@strawberry.type
class TranscriptQueries:
    @strawberry.field(
        graphql_type=TranscriptMatchConnection,
        description="Full-text search in your transcripts, best match first, with the matching passage.",
    )
    async def search_transcripts(
        self, info: Info, query: SearchQuery, first: First = UNSET, after: After = UNSET
    ) -> Page[TranscriptMatchRow]:
        require_text(query, "query", LONGEST_SEARCH)
        request = PageArguments(first, after).checked(info.context, BEST_FIRST, f"searchTranscripts {query}")
        statement = transcript_matches(request.window)
        rows = await info.context.loaders.rows(statement, query=query, **position_values(request.position))
        return Page(request, rows)

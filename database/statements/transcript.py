"""Searching transcripts."""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import REAL, ColumnElement, Text, and_, bindparam, case, cast, exists, func, literal_column, select
from sqlalchemy.orm import aliased

from database.paging import Order, Window, paged
from database.statement import Row, Statement, is_viewers
from database.video_job import ProcessingStatus, VideoJob
from database.video_metadata import VideoMetadata

CONFIGURATION: ColumnElement[Any] = literal_column("'simple'::regconfig")
# No marks around the words found: whoever shows a passage would have to trust them as markup.
FRAGMENT: ColumnElement[Any] = literal_column('\'StartSel="", StopSel="", MaxFragments=1, MaxWords=40, MinWords=20\'')
WHOLE: ColumnElement[Any] = literal_column('\'StartSel="", StopSel="", HighlightAll=true\'')
SHORT = 250  # characters: of short texts, PostgreSQL's fragments are but a word or two


class TranscriptMatchRow(Row):
    id: UUID
    video_id: UUID
    rank: float
    passage: str


_QUERY = func.websearch_to_tsquery(CONFIGURATION, bindparam("query", type_=Text()))
_newer = aliased(VideoJob)
_MATCHES = (
    select(
        VideoMetadata.id.label("key"),
        VideoMetadata.id,
        VideoJob.video_id,
        VideoMetadata.transcript_text,
        cast(func.ts_rank_cd(VideoMetadata.transcript_words, _QUERY), REAL).label("rank"),
    )
    .join(VideoJob, and_(VideoJob.id == VideoMetadata.job_id, VideoJob.status == ProcessingStatus.COMPLETED))
    .where(
        is_viewers(VideoMetadata),
        VideoMetadata.transcript_words.op("@@", is_comparison=True)(_QUERY),
        # One match a video: that of the metadata which the video shows.
        ~exists().where(
            _newer.video_id == VideoJob.video_id,
            _newer.status == ProcessingStatus.COMPLETED,
            func.row(_newer.created_at, _newer.id) > func.row(VideoJob.created_at, VideoJob.id),
        ),
    )
    .subquery("matches")
)
BEST_FIRST = Order(_MATCHES.c.rank, _MATCHES.c.id, descending=True)


@cache
def transcript_matches(window: Window) -> Statement[TranscriptMatchRow]:
    """A page of the viewer's metadata whose transcripts match, best first, with the passage that matches."""
    page = paged(select(_MATCHES), BEST_FIRST, window).subquery("page")
    options = case((func.length(page.c.transcript_text) <= SHORT, WHOLE), else_=FRAGMENT)
    passage = func.ts_headline(CONFIGURATION, page.c.transcript_text, _QUERY, options).label("passage")
    query = select(page.c.key, page.c.id, page.c.video_id, page.c.rank, passage)
    return Statement("transcript_matches", TranscriptMatchRow, query.order_by(page.c.rank.desc(), page.c.id.desc()))

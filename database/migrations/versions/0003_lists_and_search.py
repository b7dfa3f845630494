"""Indexes for every order of the lists, and words to search for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FILENAME_WORDS = (
    "to_tsvector('simple'::regconfig, original_filename) || "
    "to_tsvector('simple'::regconfig, regexp_replace(original_filename, '[^[:alnum:]]+', ' ', 'g'))"
)
ABOUT_WORDS = (
    "to_tsvector('simple'::regconfig, "
    "left(coalesce(title, '') || ' ' || coalesce(description, '') || ' ' || reelgraph_joined(tags), 200000))"
)
TRANSCRIPT_WORDS = "to_tsvector('simple'::regconfig, left(coalesce(transcript_text, ''), 200000))"


def upgrade() -> None:
    op.create_index("ix_videos_owner_filename", "videos", ["uploader_user_id", "original_filename", "id"])
    op.create_index(
        "ix_videos_owner_size", "videos", ["uploader_user_id", sa.text("size_bytes DESC"), sa.text("id DESC")]
    )
    # array_to_string is only STABLE, for the sake of other element types; of texts it always makes the same.
    op.execute(
        "CREATE FUNCTION reelgraph_joined(text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE"
        " AS $$ SELECT array_to_string($1, ' ') $$"
    )
    for table, name, words in (
        ("videos", "filename_words", FILENAME_WORDS),
        ("video_metadata", "about_words", ABOUT_WORDS),
        ("video_metadata", "transcript_words", TRANSCRIPT_WORDS),
    ):
        op.add_column(table, sa.Column(name, TSVECTOR(), sa.Computed(words, persisted=True), nullable=False))
    op.create_index(
        "ix_video_metadata_transcript_words", "video_metadata", ["transcript_words"], postgresql_using="gin"
    )


def downgrade() -> None:
    op.drop_column("video_metadata", "transcript_words")
    op.drop_column("video_metadata", "about_words")
    op.drop_column("videos", "filename_words")
    op.execute("DROP FUNCTION reelgraph_joined(text[])")
    op.drop_index("ix_videos_owner_size", "videos")
    op.drop_index("ix_videos_owner_filename", "videos")

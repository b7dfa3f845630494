"""Videos, jobs and metadata, each with its owner."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = ("videos", "video_jobs", "video_metadata")


def upgrade() -> None:
    create_videos()
    create_video_jobs()
    create_video_metadata()
    op.execute(
        """
        CREATE FUNCTION reelgraph_touch() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.updated_at = now();
            RETURN NEW;
        END
        $$
        """
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER touch BEFORE UPDATE ON {table} FOR EACH ROW"
            " WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION reelgraph_touch()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        # The second wall, for roles that own no tables: without a viewer set, nothing is visible.
        op.execute(
            f"CREATE POLICY owner ON {table}"
            " USING (uploader_user_id = nullif(current_setting('reelgraph.viewer', true), '')::uuid)"
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION reelgraph_touch()")
    op.execute("DROP TYPE processing_status")


def instants() -> tuple[sa.Column[datetime], sa.Column[datetime]]:
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )


def create_videos() -> None:
    op.create_table(
        "videos",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uploader_user_id", sa.Uuid(), nullable=False),
        sa.Column("original_filename", sa.Text(), nullable=False),
        sa.Column("storage_path", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True)),
        *instants(),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_videos_size_bytes_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_videos")),
        sa.UniqueConstraint("id", "uploader_user_id", name=op.f("uq_videos_id_uploader_user_id")),
        sa.UniqueConstraint("storage_path", name=op.f("uq_videos_storage_path")),
    )
    op.create_index(
        "ix_videos_owner_newest", "videos", ["uploader_user_id", sa.text("created_at DESC"), sa.text("id DESC")]
    )


def create_video_jobs() -> None:
    op.create_table(
        "video_jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uploader_user_id", sa.Uuid(), nullable=False),
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("PENDING", "PROCESSING", "COMPLETED", "FAILED", name="processing_status"),
            nullable=False,
        ),
        sa.Column("processing_stages", JSONB(), server_default="[]", nullable=False),
        sa.Column("error_message", sa.Text()),
        sa.Column("error_code", sa.Text()),
        sa.Column("attempt", sa.Integer(), server_default="1", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        *instants(),
        sa.CheckConstraint("attempt >= 1", name=op.f("ck_video_jobs_attempt_positive")),
        sa.CheckConstraint(
            "(status = 'FAILED') = (error_code IS NOT NULL)", name=op.f("ck_video_jobs_failed_has_error_code")
        ),
        sa.CheckConstraint(
            "(status IN ('COMPLETED', 'FAILED')) = (finished_at IS NOT NULL)",
            name=op.f("ck_video_jobs_ended_is_finished"),
        ),
        sa.ForeignKeyConstraint(
            ["video_id", "uploader_user_id"],
            ["videos.id", "videos.uploader_user_id"],
            name=op.f("fk_video_jobs_video_id_uploader_user_id_videos"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_jobs")),
        sa.UniqueConstraint("id", "uploader_user_id", name=op.f("uq_video_jobs_id_uploader_user_id")),
    )
    newest = [sa.text("created_at DESC"), sa.text("id DESC")]
    op.create_index("ix_video_jobs_video_newest", "video_jobs", ["video_id", *newest])
    op.create_index("ix_video_jobs_owner_newest", "video_jobs", ["uploader_user_id", *newest])
    op.create_index("ix_video_jobs_owner_status_newest", "video_jobs", ["uploader_user_id", "status", *newest])
    op.create_index(
        "uq_video_jobs_one_active",
        "video_jobs",
        ["video_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('PENDING', 'PROCESSING')"),
    )


def create_video_metadata() -> None:
    op.create_table(
        "video_metadata",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uploader_user_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("description", sa.Text()),
        sa.Column("tags", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("transcript_text", sa.Text()),
        sa.Column("transcript_storage_path", sa.Text()),
        sa.Column("subtitle_files", JSONB(), server_default="[]", nullable=False),
        sa.Column("thumbnail_storage_path", sa.Text()),
        sa.Column("extracted_video_duration_seconds", sa.Float()),
        sa.Column("extracted_video_resolution", sa.Text()),
        sa.Column("extracted_video_format", sa.Text()),
        sa.Column("show_notes_text", sa.Text()),
        *instants(),
        sa.CheckConstraint("version >= 1", name=op.f("ck_video_metadata_version_positive")),
        sa.ForeignKeyConstraint(
            ["job_id", "uploader_user_id"],
            ["video_jobs.id", "video_jobs.uploader_user_id"],
            name=op.f("fk_video_metadata_job_id_uploader_user_id_video_jobs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_metadata")),
        sa.UniqueConstraint("job_id", name=op.f("uq_video_metadata_job_id")),
    )
    op.create_index("ix_video_metadata_owner", "video_metadata", ["uploader_user_id"])

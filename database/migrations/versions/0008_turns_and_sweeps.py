"""Indexes for what the queue asks at each enqueue, and for what the sweep looks for."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_video_jobs_owner_active",
        "video_jobs",
        ["uploader_user_id", sa.text("created_at DESC"), sa.text("id DESC")],
        postgresql_where=sa.text("status IN ('PENDING', 'PROCESSING')"),
    )
    op.create_index("ix_videos_incomplete", "videos", ["created_at"], postgresql_where=sa.text("uploaded_at IS NULL"))


def downgrade() -> None:
    op.drop_index("ix_videos_incomplete", "videos")
    op.drop_index("ix_video_jobs_owner_active", "video_jobs")

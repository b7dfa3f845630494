"""The log of what happened to jobs, written by the database itself, and the word of it to whoever listens.

An owner's events are numbered in the order in which they are committed: the number is drawn at the end of the
transaction, under a lock of the owner's that is held until the commit can be seen. A plain serial number would be
drawn earlier, so that a reader could see a higher one first and miss the lower one for ever.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ENUM, JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The trigger is deferred, so that nothing is waited for while the lock is held: every other lock was taken before.
# There is no foreign key to videos for the same reason.
NOTE = """
CREATE FUNCTION reelgraph_note_job_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('video_job_events'), hashtext(NEW.uploader_user_id::text));
    INSERT INTO video_job_events (
        uploader_user_id, id, video_id, status, processing_stages, error_message, error_code, attempt,
        started_at, finished_at, created_at, updated_at
    ) VALUES (
        NEW.uploader_user_id, NEW.id, NEW.video_id, NEW.status, NEW.processing_stages, NEW.error_message,
        NEW.error_code, NEW.attempt, NEW.started_at, NEW.finished_at, NEW.created_at, NEW.updated_at
    );
    PERFORM pg_notify('reelgraph_video_job_events', NEW.uploader_user_id::text);
    RETURN NULL;
END
$$
"""

# Loads of what others have processed are no news: they set `reelgraph.job_events` to `off`.
TRIGGER = """
CREATE CONSTRAINT TRIGGER {name} AFTER {change} ON video_jobs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
WHEN (current_setting('reelgraph.job_events', true) IS DISTINCT FROM 'off'{also})
EXECUTE FUNCTION reelgraph_note_job_event()
"""
TRIGGERS = (
    TRIGGER.format(name="note_inserted", change="INSERT", also=""),
    TRIGGER.format(name="note_updated", change="UPDATE", also=" AND OLD.* IS DISTINCT FROM NEW.*"),
)

FORGET = """
CREATE FUNCTION reelgraph_forget_job_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM video_job_events WHERE video_id IN (SELECT id FROM deleted);
    RETURN NULL;
END
$$
"""
FORGETTING = """
CREATE TRIGGER forget_job_events AFTER DELETE ON videos REFERENCING OLD TABLE AS deleted
FOR EACH STATEMENT EXECUTE FUNCTION reelgraph_forget_job_events()
"""

GRANTS = """
CREATE OR REPLACE FUNCTION reelgraph_grant_viewer() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO reelgraph_viewer', current_schema());
    GRANT SELECT, INSERT, UPDATE, DELETE ON videos, video_jobs, video_metadata TO reelgraph_viewer;
    GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO reelgraph_viewer;
    -- Nobody owns these rows, so viewers may note a deletion, but not see what others delete.
    GRANT INSERT, SELECT (id, due_at, created_at) ON storage_deletions TO reelgraph_viewer;
    GRANT SELECT, INSERT, UPDATE, DELETE ON pgqueuer TO reelgraph_viewer;
    GRANT INSERT ON pgqueuer_log TO reelgraph_viewer;
    GRANT USAGE ON SEQUENCE pgqueuer_id_seq TO reelgraph_viewer;
{more}END
$$
"""
MORE = """\
    -- What a viewer changes is noted in the viewer's name.
    GRANT SELECT, INSERT, DELETE ON video_job_events TO reelgraph_viewer;
    GRANT SELECT ON video_job_event_horizon TO reelgraph_viewer;
"""
GRANT = """
DO $$
BEGIN
    IF to_regrole('reelgraph_viewer') IS NOT NULL THEN
        PERFORM reelgraph_grant_viewer();
    END IF;
END
$$
"""


def upgrade() -> None:
    create_tables()
    op.execute("ALTER TABLE video_job_events ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY owner ON video_job_events"
        " USING (uploader_user_id = nullif(current_setting('reelgraph.viewer', true), '')::uuid)"
    )
    for statement in (NOTE, *TRIGGERS, FORGET, FORGETTING, GRANTS.format(more=MORE), GRANT):
        op.execute(statement)


def downgrade() -> None:
    op.execute(GRANTS.format(more=""))
    op.execute("DROP TRIGGER forget_job_events ON videos")
    op.execute("DROP FUNCTION reelgraph_forget_job_events()")
    op.execute("DROP TRIGGER note_inserted ON video_jobs")
    op.execute("DROP TRIGGER note_updated ON video_jobs")
    op.execute("DROP FUNCTION reelgraph_note_job_event()")
    op.drop_table("video_job_event_horizon")
    op.drop_table("video_job_events")


def create_tables() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "video_job_events",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("uploader_user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("status", ENUM(name="processing_status", create_type=False), nullable=False),
        sa.Column("processing_stages", JSONB(), nullable=False),
        sa.Column("error_message", sa.Text()),
        sa.Column("error_code", sa.Text()),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("started_at", instant),
        sa.Column("finished_at", instant),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("updated_at", instant, nullable=False),
        sa.Column("noted_at", instant, server_default=sa.func.clock_timestamp(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_video_job_events")),
    )
    op.create_index("ix_video_job_events_owner", "video_job_events", ["uploader_user_id", "position"])
    op.create_index("ix_video_job_events_video", "video_job_events", ["video_id", "position"])
    op.create_table(
        "video_job_event_horizon",
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_video_job_event_horizon")),
    )
    op.execute("INSERT INTO video_job_event_horizon VALUES (0)")

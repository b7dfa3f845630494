"""The role that viewers' reads and writes take on where row-level security is enforced.

Roles belong to the cluster, grants to the database: the role may be there already, made for another database or by
an administrator, and stays while another database uses it.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# A function, so that whoever may only later make the role can grant what it needs by the same words.
GRANTS = """
CREATE FUNCTION reelgraph_grant_viewer() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO reelgraph_viewer', current_schema());
    GRANT SELECT, INSERT, UPDATE, DELETE ON videos, video_jobs, video_metadata TO reelgraph_viewer;
    GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO reelgraph_viewer;
    -- Nobody owns these rows, so viewers may note a deletion, but not see what others delete.
    GRANT INSERT, SELECT (id, due_at, created_at) ON storage_deletions TO reelgraph_viewer;
    GRANT SELECT, INSERT, UPDATE, DELETE ON pgqueuer TO reelgraph_viewer;
    GRANT INSERT ON pgqueuer_log TO reelgraph_viewer;
    GRANT USAGE ON SEQUENCE pgqueuer_id_seq TO reelgraph_viewer;
END
$$
"""

ROLE = """
DO $$
BEGIN
    IF to_regrole('reelgraph_viewer') IS NULL THEN
        CREATE ROLE reelgraph_viewer NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;  -- another database's migration was first
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'role reelgraph_viewer not created by %; row-level security needs it', current_user;
END
$$
"""

# Before version 16 a member could always take on its role.
ALLOWED = """
DO $$
DECLARE
    privilege text = CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    IF to_regrole('reelgraph_viewer') IS NULL THEN
        RETURN;
    END IF;
    PERFORM reelgraph_grant_viewer();
    IF NOT pg_has_role(current_user, 'reelgraph_viewer', privilege) THEN
        BEGIN
            GRANT reelgraph_viewer TO CURRENT_USER;
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE NOTICE 'role reelgraph_viewer not granted to %; row-level security needs it', current_user;
        END;
    END IF;
END
$$
"""

REVOKED = """
DO $$
BEGIN
    IF to_regrole('reelgraph_viewer') IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM reelgraph_viewer', current_schema());
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM reelgraph_viewer', current_schema());
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM reelgraph_viewer', current_schema());
    BEGIN
        DROP ROLE reelgraph_viewer;
    EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege OR undefined_object THEN
        RAISE NOTICE 'role reelgraph_viewer stays: %', SQLERRM;
    END;
END
$$
"""


def upgrade() -> None:
    for statement in (GRANTS, ROLE, ALLOWED):
        op.execute(statement)


def downgrade() -> None:
    op.execute(REVOKED)
    op.execute("DROP FUNCTION reelgraph_grant_viewer()")

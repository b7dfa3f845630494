"""Triggers that a dump can be restored with.

`touch` compares whole rows, which PostgreSQL does not let a trigger do that fires before updates of a table with
generated columns. These two were made before there were any, and kept working; but whoever restored a dump lost them.
They compare the columns that are written: whoever adds or drops one makes them again (a test says so).
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
contracts = False

TABLES = ("videos", "video_metadata")
TOUCH = "CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON {table} FOR EACH ROW{when} EXECUTE FUNCTION reelgraph_touch()"
WRITTEN = """
DO $$
DECLARE
    written text[] = ARRAY(
        SELECT quote_ident(attname) FROM pg_attribute
        WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
            AND attname <> 'updated_at'
        ORDER BY attnum
    );
BEGIN
    EXECUTE format('{touch}', array_to_string(written, ', OLD.'), array_to_string(written, ', NEW.'));
END
$$
"""


def upgrade() -> None:
    for table in TABLES:
        touch = TOUCH.format(table=table, when=" WHEN ((OLD.%s) IS DISTINCT FROM (NEW.%s))")
        op.execute(WRITTEN.format(table=table, touch=touch))


def downgrade() -> None:
    """What was there before can't be made any more: every update is one, also to the same values."""
    for table in TABLES:
        op.execute(TOUCH.format(table=table, when=""))

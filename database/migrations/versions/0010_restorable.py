"""Triggers that a dump can be restored with.

`touch` compares whole rows, which PostgreSQL does not let a trigger do that fires before updates of a table with
generated columns. These two were made before there were any, and kept working; but whoever restored a dump lost them.
To name the columns instead would keep each from being dropped, so every update is one now, also to the same values:
SQLAlchemy sends none of these.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
contracts = False


def upgrade() -> None:
    for table in ("videos", "video_metadata"):
        op.execute(
            f"CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION reelgraph_touch()"
        )


def downgrade() -> None:
    """Leave them: what was there before can't be made any more, and the versions before work with these, too."""

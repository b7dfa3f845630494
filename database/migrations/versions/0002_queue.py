"""PgQueuer's tables, as `pgq sql install` of version 1.6 prints them."""

from pathlib import Path

from alembic import op
from sqlalchemy.util import await_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0002_queue.up.sql")


def downgrade() -> None:
    run_script("0002_queue.down.sql")


def run_script(name: str) -> None:
    # asyncpg takes several statements at once only where SQLAlchemy does not prepare them.
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    await_only(driver.execute(Path(__file__).with_name(name).read_text()))

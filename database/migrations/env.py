"""How Alembic runs our migrations: on the connection it is given."""

from typing import Any

from alembic import context

from database import (
    client_release,
    deployed_schema,
    idempotency_key,
    storage_deletion,
    usage,
    video,
    video_job,
    video_job_event,
    video_metadata,
)
from database.base import Base

MODELS = (
    video,
    video_job,
    video_job_event,
    video_metadata,
    idempotency_key,
    storage_deletion,
    client_release,
    usage,
    deployed_schema,
)  # imported so that their tables are in Base.metadata


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """PgQueuer's tables stand beside ours; its own statements made them."""
    return kind != "table" or name in Base.metadata.tables


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=is_ours,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()

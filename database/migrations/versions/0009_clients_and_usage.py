"""Releases of clients with their documents, what clients use, and the contract that is deployed.

None of it belongs to a viewer: policies hold nobody here, and the viewers' role has no access.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_releases()
    _create_usage("field_usage", sa.Column("coordinate", sa.Text(), nullable=False))
    _create_usage("document_usage", sa.Column("sha256", sa.LargeBinary(), nullable=False))
    op.create_table(
        "deployed_schemas",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sdl", sa.Text(), nullable=False),
        sa.Column("deployed_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployed_schemas")),
    )


def downgrade() -> None:
    for table in (
        "deployed_schemas",
        "document_usage",
        "field_usage",
        "released_documents",
        "trusted_documents",
        "client_releases",
    ):
        op.drop_table(table)


def _create_releases() -> None:
    op.create_table(
        "client_releases",
        *_client(),
        sa.Column("registered_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("client_name", "client_version", name=op.f("pk_client_releases")),
    )
    op.create_table(
        "trusted_documents",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_trusted_documents")),
    )
    op.create_table(
        "released_documents",
        *_client(),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("client_name", "client_version", "sha256", name=op.f("pk_released_documents")),
        sa.ForeignKeyConstraint(
            ["client_name", "client_version"],
            ["client_releases.client_name", "client_releases.client_version"],
            name=op.f("fk_released_documents_client_name_client_version_client_releases"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["trusted_documents.sha256"], name=op.f("fk_released_documents_sha256_trusted_documents")
        ),
    )
    op.create_index("ix_released_documents_sha256", "released_documents", ["sha256"])


def _create_usage(table: str, used: sa.Column[object]) -> None:
    op.create_table(
        table,
        used,
        *_client(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("operations", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(used.name, "client_name", "client_version", "day", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_day", table, ["day"])


def _client() -> tuple[sa.Column[str], sa.Column[str]]:
    return sa.Column("client_name", sa.Text(), nullable=False), sa.Column("client_version", sa.Text(), nullable=False)

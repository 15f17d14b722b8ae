"""Nodes can tell whether they share the store of files: what it is known by, and who marked it last."""

import sqlalchemy as sa
from alembic import op

revision = "5b81f0c7d2e9"
down_revision = "2f7c1e94ab60"
additive = True

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "file_store",
        sa.Column("number", KEY, nullable=False),
        sa.Column("identity", sa.String(length=32), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("marked_by", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_file_store")),
    )


def downgrade():
    op.drop_table("file_store")

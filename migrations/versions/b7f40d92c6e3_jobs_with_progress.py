"""A long job tells how far it is, who asked for it and what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "b7f40d92c6e3"
down_revision = "8e4c71f0a2d9"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("job") as batch:
        batch.add_column(sa.Column("progress", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("parts", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("by_id", KEY, nullable=True))
        batch.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("result", sa.Text(), nullable=True))
        batch.create_foreign_key(op.f("fk_job_by_id"), "user", ["by_id"], ["id"])
        batch.create_index(op.f("ix_job_by_id"), ["by_id"])


def downgrade() -> None:
    with op.batch_alter_table("job") as batch:
        batch.drop_index(op.f("ix_job_by_id"))
        batch.drop_constraint(op.f("fk_job_by_id"), type_="foreignkey")
        for name in ("result", "asked_at", "by_id", "parts", "progress"):
            batch.drop_column(name)

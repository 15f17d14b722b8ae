"""Down times: from when until when the plant worked on paper."""

import sqlalchemy as sa
from alembic import op

revision = "8b41f07d5ce2"
down_revision = "5b81f0c7d2e9"
additive = True

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "down_time",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("declared_by_id", NUMBER, nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["user.id"], name=op.f("fk_down_time_declared_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_down_time")),
    )
    op.create_index("ix_down_time_until", "down_time", ["until"])


def downgrade():
    op.drop_index("ix_down_time_until", "down_time")
    op.drop_table("down_time")

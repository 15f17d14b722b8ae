"""Gates that begin gently: how each stands, for the plant or one line, and what is proposed."""

import sqlalchemy as sa
from alembic import op

revision = "8e4c71f0a2d9"
down_revision = "3b6f0d21c8e4"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gate_setting",
        sa.Column("id", KEY, nullable=False),
        sa.Column("gate", sa.String(length=40), nullable=False),
        sa.Column("line", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=True),
        sa.Column("wanted", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("proposed_as", sa.String(length=20), nullable=True),
        sa.Column("proposed_by_id", KEY, nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["user.id"], name=op.f("fk_gate_setting_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_setting")),
        sa.UniqueConstraint("gate", "line", name=op.f("uq_gate_setting_gate_line")),
    )


def downgrade() -> None:
    op.drop_table("gate_setting")

"""Deputies: who stands in for whom, in which role, from when until when."""

import sqlalchemy as sa
from alembic import op

revision = "d94b7e21c6f0"
down_revision = "c3a1f0d57e92"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "deputy",
        sa.Column("id", KEY, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("principal_id", KEY, nullable=False),
        sa.Column("deputy_id", KEY, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["principal_id"], ["user.id"], name=op.f("fk_deputy_principal_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["user.id"], name=op.f("fk_deputy_deputy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    op.create_index("ix_deputy_deputy_id", "deputy", ["deputy_id", "until"])
    op.create_index("ix_deputy_principal_id", "deputy", ["principal_id", "until"])
    op.create_index("ix_deputy_until", "deputy", ["until"])


def downgrade() -> None:
    op.drop_table("deputy")

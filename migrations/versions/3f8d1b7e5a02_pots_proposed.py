"""What Sales propose to the planner: lines in several pots, or several lines in one."""

import sqlalchemy as sa
from alembic import op

revision = "3f8d1b7e5a02"
down_revision = "7c3e9a51f6b8"
additive = True
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "pot_proposal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("pot", KEY, nullable=True),
        sa.Column("pots", sa.Integer(), nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_pot_proposal_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pot_proposal")),
        sa.UniqueConstraint("order_id", "line_no", name=op.f("uq_pot_proposal_order_id_line_no")),
    )
    op.create_index("ix_pot_proposal_pot", "pot_proposal", ["pot"])


def downgrade():
    op.drop_table("pot_proposal")

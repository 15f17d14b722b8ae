"""A purchase requisition knows how much of it was received: a part leaves the rest on order."""

import sqlalchemy as sa
from alembic import op

revision = "3b6f0d21c8e4"
down_revision = "3a51c07be214"


def upgrade() -> None:
    with op.batch_alter_table("requisition") as batch:
        batch.add_column(sa.Column("received", sa.BigInteger(), server_default="0", nullable=False))
    op.execute("UPDATE requisition SET received = coalesce((SELECT sum(quantity) FROM stock_movement"
               " WHERE flow = 'requisition' AND record_id = requisition.id AND kind = 'receipt'), 0)")  # fmt: skip
    with op.batch_alter_table("requisition") as batch:
        batch.alter_column("received", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("requisition") as batch:
        batch.drop_column("received")

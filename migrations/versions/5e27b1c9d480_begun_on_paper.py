"""What was under way at the cut-over: until which day it was on paper, and which of its steps."""

import sqlalchemy as sa
from alembic import op

revision = "5e27b1c9d480"
down_revision = "c2b7f05e81d4"
additive = True


def upgrade():
    for table in ("sales_order", "production_order"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("paper_until", sa.Date(), nullable=True))
            if table == "production_order":
                steps = sa.Column(
                    "paper_steps", sa.Integer(), server_default=sa.text("0"), nullable=False
                )
                batch.add_column(steps)


def downgrade():
    for table in ("sales_order", "production_order"):
        with op.batch_alter_table(table) as batch:
            if table == "production_order":
                batch.drop_column("paper_steps")
            batch.drop_column("paper_until")

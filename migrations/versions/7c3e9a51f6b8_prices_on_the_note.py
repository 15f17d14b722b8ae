"""Whether a customer wants prices on the delivery note in three parts."""

import sqlalchemy as sa
from alembic import op

revision = "7c3e9a51f6b8"
down_revision = "5e27b1c9d480"
additive = True


def upgrade():
    with op.batch_alter_table("customer") as batch:
        batch.add_column(
            sa.Column("prices_on_note", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade():
    with op.batch_alter_table("customer") as batch:
        batch.drop_column("prices_on_note")

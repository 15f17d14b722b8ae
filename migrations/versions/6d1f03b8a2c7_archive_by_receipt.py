"""The archive is walked by the moment of receipt, also within some days."""

from alembic import op

revision = "6d1f03b8a2c7"
down_revision = "8b41f07d5ce2"
additive = True

NAME, TABLE = "ix_sales_order_archive", "sales_order"


def upgrade():
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["stage", "received_at", "id"])


def downgrade():
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["stage", "id"])

"""A customer entered twice is merged into the one that stays, which is found by the old names."""

import sqlalchemy as sa
from alembic import op

revision = "4c9a7e15d3b8"
down_revision = "2f7c5a90d1e6"
additive = True

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FOREIGN, INDEX = "fk_customer_merge_into_id", "ix_customer_merge_into_id"


def upgrade():
    with op.batch_alter_table("customer") as batch:
        batch.add_column(sa.Column("merge_into_id", KEY, nullable=True))
        batch.add_column(
            sa.Column("former_names", sa.Text(), server_default=sa.text("''"), nullable=False)
        )
        batch.create_foreign_key(op.f(FOREIGN), "customer", ["merge_into_id"], ["id"])
    op.create_index(INDEX, "customer", ["merge_into_id"])


def downgrade():
    op.drop_index(INDEX, "customer")
    with op.batch_alter_table("customer") as batch:
        batch.drop_constraint(op.f(FOREIGN), type_="foreignkey")
        batch.drop_column("former_names")
        batch.drop_column("merge_into_id")

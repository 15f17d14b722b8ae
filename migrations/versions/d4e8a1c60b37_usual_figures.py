"""What an assay and a delivery of a material usually are: outside, a reason is asked for."""

import sqlalchemy as sa
from alembic import op

revision = "d4e8a1c60b37"
down_revision = "a4d7e20b9c15"

COLUMNS = ("assay_min_pct", "assay_max_pct", "receipt_tolerance_pct")


def upgrade():
    with op.batch_alter_table("material") as batch:
        for name in COLUMNS:
            batch.add_column(sa.Column(name, sa.String(length=40), nullable=True))


def downgrade():
    with op.batch_alter_table("material") as batch:
        for name in COLUMNS:
            batch.drop_column(name)

"""A plan that was carried out before its lot went into rework is known as such."""

import sqlalchemy as sa
from alembic import op

revision = "f2b96d4e7a15"
down_revision = "b5c0e93d7a18"


def upgrade():
    with op.batch_alter_table("plan") as batch:
        batch.add_column(sa.Column("reworked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    with op.batch_alter_table("plan") as batch:
        batch.drop_column("reworked_at")

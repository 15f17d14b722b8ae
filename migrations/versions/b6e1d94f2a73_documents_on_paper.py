"""A document in force on paper is taken over: who approved it as printed, and with which list."""

import sqlalchemy as sa
from alembic import op

revision = "b6e1d94f2a73"
down_revision = "8d2e6b40c7f1"
additive = True

INDEX = "ix_revision_paper_list"
COLUMNS = {"paper_list": 30, "paper_approver": 120, "paper_author": 120}


def upgrade():
    with op.batch_alter_table("revision") as batch:
        for name, length in COLUMNS.items():
            batch.add_column(
                sa.Column(name, sa.String(length), server_default=sa.text("''"), nullable=False)
            )
    op.create_index(INDEX, "revision", ["paper_list"])


def downgrade():
    op.drop_index(INDEX, "revision")
    with op.batch_alter_table("revision") as batch:
        for name in COLUMNS:
            batch.drop_column(name)

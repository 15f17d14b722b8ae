"""Lines work on their weekdays, and the calendar says which days are off or worked all the same."""

import sqlalchemy as sa
from alembic import op

revision = "8d2e6b40c7f1"
down_revision = "4c9a7e15d3b8"
additive = True

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    with op.batch_alter_table("line") as batch:
        batch.add_column(
            sa.Column("weekdays", sa.Text(), server_default=sa.text("'[]'"), nullable=False)
        )
    op.create_table(
        "calendar_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name_zh", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("line_id", KEY, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["line.id"], name=op.f("fk_calendar_entry_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_entry")),
        sa.UniqueConstraint("code", name=op.f("uq_calendar_entry_code")),
    )


def downgrade():
    op.drop_table("calendar_entry")
    with op.batch_alter_table("line") as batch:
        batch.drop_column("weekdays")

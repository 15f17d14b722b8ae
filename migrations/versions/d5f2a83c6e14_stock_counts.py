"""Counts of stock: a zone or a lot, line by line, against the book."""

import sqlalchemy as sa
from alembic import op

revision = "d5f2a83c6e14"
down_revision = "b6e1d94f2a73"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "stock_count",
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("lot_id", KEY, nullable=True),
        sa.Column("lots", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("face", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("rush", sa.Boolean(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("doers", sa.Text(), nullable=False),
        sa.Column("holder_id", KEY, nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["holder_id"], ["user.id"], name=op.f("fk_stock_count_holder_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_stock_count_lot_id")),
        sa.ForeignKeyConstraint(
            ["zone"], ["storage_zone.code"], name=op.f("fk_stock_count_zone")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_count")),
        sa.UniqueConstraint("number", name=op.f("uq_stock_count_number")),
    )
    op.create_index("ix_stock_count_board", "stock_count", ["stage", "due"])
    op.create_index("ix_stock_count_zone", "stock_count", ["zone", "id"])
    op.create_index("ix_stock_count_lot_id", "stock_count", ["lot_id"])
    op.create_table(
        "count_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("count_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_by_id", KEY, nullable=True),
        sa.Column("book", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["count_id"], ["stock_count.id"], name=op.f("fk_count_line_count_id")
        ),
        sa.ForeignKeyConstraint(
            ["counted_by_id"], ["user.id"], name=op.f("fk_count_line_counted_by_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_count_line_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_line")),
        sa.UniqueConstraint("count_id", "lot_id", name=op.f("uq_count_line_count_id_lot_id")),
    )
    op.create_index("ix_count_line_lot", "count_line", ["lot_id"])


def downgrade():
    op.drop_table("count_line")
    op.drop_table("stock_count")

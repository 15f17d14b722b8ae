"""Movements go out to the bookkeeping: the mapping, what waits, and what went with which file."""

import sqlalchemy as sa
from alembic import op

revision = "c2b7f05e81d4"
down_revision = "d5f2a83c6e14"
additive = True

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def master(table, *columns):
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        *columns,
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def upgrade():
    master(
        "voucher_column",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(length=60), nullable=False),
        sa.Column("says", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.Column("vouchers", sa.Text(), nullable=False),
        sa.UniqueConstraint("position", name=op.f("uq_voucher_column_position")),
    )
    master(
        "voucher_code",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("ours", sa.String(length=40), nullable=False),
        sa.Column("theirs", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("per", sa.String(length=40), nullable=True),
        sa.UniqueConstraint("kind", "ours", name=op.f("uq_voucher_code_kind_ours")),
    )
    op.create_table(
        "unsent_movement",
        sa.Column("movement_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["movement_id"], ["stock_movement.id"], name=op.f("fk_unsent_movement_movement_id")
        ),
        sa.PrimaryKeyConstraint("movement_id", name=op.f("pk_unsent_movement")),
    )
    op.create_table(
        "voucher_batch",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_voucher_batch_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_voucher_batch_number")),
    )
    op.create_index(op.f("ix_voucher_batch_by_id"), "voucher_batch", ["by_id"])
    op.create_table(
        "voucher_line",
        sa.Column("movement_id", KEY, nullable=False),
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["voucher_batch.id"], name=op.f("fk_voucher_line_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["movement_id"], ["stock_movement.id"], name=op.f("fk_voucher_line_movement_id")
        ),
        sa.PrimaryKeyConstraint("movement_id", name=op.f("pk_voucher_line")),
    )
    op.create_index(op.f("ix_voucher_line_batch_id"), "voucher_line", ["batch_id"])


    with op.batch_alter_table("sheet_import") as batch:
        batch.add_column(
            sa.Column("folder", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade():
    with op.batch_alter_table("sheet_import") as batch:
        batch.drop_column("folder")
    for table in (
        "voucher_line",
        "voucher_batch",
        "unsent_movement",
        "voucher_code",
        "voucher_column",
    ):
        op.drop_table(table)

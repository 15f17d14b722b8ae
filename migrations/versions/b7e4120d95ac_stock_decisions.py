"""Decisions on stock that belongs to no card: set aside in the store, or come back from a customer."""

import sqlalchemy as sa
from alembic import op

revision = "b7e4120d95ac"
down_revision = "3b8e5d1c7f20"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "disposition",
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("card_id", KEY, nullable=True),
        sa.Column("shipment_id", KEY, nullable=True),
        sa.Column("witness", sa.String(length=80), nullable=False),
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
        sa.Column("cue", sa.Text(), nullable=False),
        sa.Column("holder_id", KEY, nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["production_order.id"], name=op.f("fk_disposition_card_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["user.id"], name=op.f("fk_disposition_holder_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_disposition_lot_id")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_disposition_shipment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposition")),
        sa.UniqueConstraint("number", name=op.f("uq_disposition_number")),
    )
    op.create_index("ix_disposition_board", "disposition", ["stage", "due"])
    for column in ("card_id", "lot_id", "shipment_id"):
        op.create_index(f"ix_disposition_{column}", "disposition", [column])


def downgrade() -> None:
    op.drop_table("disposition")

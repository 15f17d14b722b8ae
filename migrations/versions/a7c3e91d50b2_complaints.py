"""Complaints of customers, and cards that make goods once more, free of charge; what
came back is inspected. Of a shipment the booked dock, the signed copy, what the customer answered.
"""

import sqlalchemy as sa
from alembic import op

revision = "a7c3e91d50b2"
down_revision = "3f8d1b7e5a02"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LINKS = {
    "customer_id": "customer",
    "order_id": "sales_order",
    "card_id": "production_order",
    "lot_id": "lot",
    "shipment_id": "shipment",
    "replacement_id": "production_order",
}


def words(name, length):
    return sa.Column(name, sa.String(length=length), nullable=False)


def upgrade():
    op.create_table(
        "complaint",
        sa.Column("number", sa.String(length=30), nullable=False),
        *(sa.Column(name, KEY, nullable=name == "replacement_id") for name in LINKS),
        sa.Column("defect_id", KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("heard_on", sa.Date(), nullable=False),
        words("said_by", 80),
        words("words", 2000),
        words("cause", 1000),
        words("containment", 1000),
        words("measures", 1000),
        words("customer_answer", 2000),
        words("last_words", 1000),
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
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_complaint_{name}"))
            for name, table in {**LINKS, "defect_id": "defect_code", "holder_id": "user"}.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("number", name=op.f("uq_complaint_number")),
    )
    op.create_index("ix_complaint_board", "complaint", ["stage", "due"])
    op.create_index("ix_complaint_heard_on", "complaint", ["heard_on"])
    for name in LINKS:
        op.create_index(f"ix_complaint_{name}", "complaint", [name])
    with op.batch_alter_table("production_order") as table:
        table.add_column(
            sa.Column("free_of_charge", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("disposition") as table:
        table.add_column(sa.Column("complaint_id", KEY, nullable=True))
        table.add_column(sa.Column("looked_at", sa.Integer(), nullable=True))
        table.add_column(sa.Column("faulty", sa.Integer(), nullable=True))
        table.add_column(
            sa.Column("findings", sa.String(length=1000), server_default="", nullable=False)
        )
        table.create_foreign_key(
            op.f("fk_disposition_complaint_id"), "complaint", ["complaint_id"], ["id"]
        )
        table.create_index("ix_disposition_complaint_id", ["complaint_id"])
    with op.batch_alter_table("shipment") as table:
        for name, length in (("signed_copy", 32), ("booking_no", 60), ("booking_slot", 60)):
            table.add_column(
                sa.Column(name, sa.String(length=length), server_default="", nullable=False)
            )
        table.add_column(sa.Column("goods_right", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("on_time", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("satisfied", sa.Integer(), nullable=True))
        table.create_index("ix_shipment_received_on", ["received_on"])


def downgrade():
    with op.batch_alter_table("shipment") as table:
        table.drop_index("ix_shipment_received_on")
        for name in ("satisfied", "on_time", "goods_right"):
            table.drop_column(name)
        for name in ("booking_slot", "booking_no", "signed_copy"):
            table.drop_column(name)
    with op.batch_alter_table("disposition") as table:
        table.drop_constraint(op.f("fk_disposition_complaint_id"), type_="foreignkey")
        table.drop_index("ix_disposition_complaint_id")
        for name in ("findings", "faulty", "looked_at", "complaint_id"):
            table.drop_column(name)
    with op.batch_alter_table("production_order") as table:
        table.drop_column("free_of_charge")
    op.drop_table("complaint")

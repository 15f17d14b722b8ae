"""Lots stand in the search index; what leads from a lot to its records, and what is in stock, is found by an index."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "3a51c07be214"
down_revision = "5b8e2f6a9c31"

INDEXES = (("ix_production_order_lot_id", "production_order", "lot_id"), ("ix_sample_lot_id", "sample", "lot_id"),
           ("ix_requisition_lot_id", "requisition", "lot_id"), ("ix_plan_lot_no", "plan", "lot_no"),
           ("ix_lot_supplier_lot", "lot", "supplier_lot"))  # fmt: skip
THERE = sa.text("quantity > 0")


def upgrade() -> None:
    for name, table, column in INDEXES:
        op.create_index(name, table, [column])
    op.create_index("ix_stock_there", "stock", ["lot_id"], postgresql_where=THERE, sqlite_where=THERE)
    fill(op.get_bind())


def fill(connection: sa.Connection) -> None:
    """Write down what the lots that are there may be looked up by, as app/models/search_index.py does for a new one."""
    lots = connection.execute(sa.text("SELECT id, lot_no, supplier_lot, material_id, product_id FROM lot ORDER BY id")).all()
    for lot in lots:
        words = unicodedata.normalize("NFKC", f"{lot.lot_no} {lot.supplier_lot}".strip()).casefold()
        entry = connection.scalar(sa.text("INSERT INTO search_entry (flow, record_id, words) VALUES ('lot', :id, :words) RETURNING id"),
                                  {"id": lot.id, "words": words})  # fmt: skip
        item = f"material:{lot.material_id}" if lot.material_id else f"product:{lot.product_id}"
        connection.execute(sa.text("INSERT INTO search_subject (subject, entry_id) VALUES (:item, :entry)"), {"item": item, "entry": entry})


def downgrade() -> None:
    connection = op.get_bind()
    connection.execute(sa.text("DELETE FROM search_subject WHERE entry_id IN (SELECT id FROM search_entry WHERE flow = 'lot')"))
    connection.execute(sa.text("DELETE FROM search_entry WHERE flow = 'lot'"))
    op.drop_index("ix_stock_there", "stock")
    for name, table, _column in INDEXES:
        op.drop_index(name, table)

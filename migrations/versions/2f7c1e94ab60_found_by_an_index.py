"""What is looked for among all that ever was is found by an index: parts of a lot, purchases for a card,
what ends or was finished today, what left last, picks that wait, orders by day and in the archive, lists asked for."""

import sqlalchemy as sa
from alembic import op

revision = "2f7c1e94ab60"
down_revision = "9e27c4a8d1f3"

INDEXES = (
    ("ix_production_order_parent_id", "production_order", ["parent_id"]),
    ("ix_production_order_finished_at", "production_order", ["finished_at"]),
    ("ix_plan_line_end", "plan", ["line_id", "end"]),
    ("ix_requisition_card_id", "requisition", ["card_id"]),
    ("ix_shipment_shipped_at", "shipment", ["shipped_at"]),
    ("ix_sales_order_received", "sales_order", ["received_at"]),
    ("ix_sales_order_archive", "sales_order", ["stage", "id"]),
)
# On some rows of a table: the condition in the words of SQLite and of PostgreSQL.
PARTIAL = (
    ("ix_pick_waiting", "pick", ["lot_id"], "issued IS 0", "issued IS false"),
    ("ix_job_long", "job", ["kind"], "asked_at IS NOT NULL", "asked_at IS NOT NULL"),
)


def upgrade():
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)
    for name, table, columns, sqlite, postgresql in PARTIAL:
        op.create_index(
            name,
            table,
            columns,
            sqlite_where=sa.text(sqlite),
            postgresql_where=sa.text(postgresql),
        )


def downgrade():
    for name, table, *_ in (*PARTIAL, *INDEXES):
        op.drop_index(name, table)

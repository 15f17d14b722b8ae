"""One schema for every plant, under whichever text of the first migration it grew.

That migration was edited until it landed, so plants at one revision differ. This one, and no later one,
asks what is there: what is missing is added, and filled from what the plant knows. Tables and columns
that the first migration does not know stay.
"""

from __future__ import annotations

import unicodedata
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from alembic.operations import ops

revision = "7d20c9e1b4a5"
down_revision = "fbc192461754"

FIRST = Path(__file__).with_name("fbc192461754_first_tables.py")
# What stood where the migration was written: the plant's clock, and when an order is a rush.
ZONE, RUSH = ZoneInfo("Asia/Shanghai"), timedelta(days=3)
FLOWS = {"sales_order": "order", "production_order": "production", "requisition": "requisition",
         "sample": "sample", "shipment": "shipment", "anomaly": "anomaly"}  # fmt: skip
NAMED = {"customer": ("code", "name_local", "name_en"), "product": ("code", "name_zh", "name_en"),
         "material": ("code", "name_zh", "name_en")}  # fmt: skip


def upgrade() -> None:
    bind = op.get_bind()
    drop_old_pairing(bind)
    wanted, there = first_tables(), tables_and_columns(bind)
    filled_later = reconcile(bind, wanted)
    fill(bind, wanted.tables, tables_and_columns(bind) - there)
    for table, column in filled_later:
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, server_default=None)


# What the first migration makes


class Noted:
    """Stands for Alembic's ``op`` while the first migration says what it makes."""

    def __init__(self) -> None:
        self.metadata = sa.MetaData()

    def create_table(self, name: str, *parts: sa.schema.SchemaItem) -> None:
        self.table = sa.Table(name, self.metadata, *parts)

    @contextmanager
    def batch_alter_table(self, name: str, schema: None = None):
        self.table = self.metadata.tables[name]
        yield self

    def create_index(self, name: str, columns: list[str], unique: bool) -> None:
        sa.Index(name, *(self.table.c[column] for column in columns), unique=unique)

    def f(self, name: str) -> str:
        return name


def first_tables() -> sa.MetaData:
    """The schema as the landed first migration makes it; it never changes."""
    spec = spec_from_file_location("first_tables", FIRST)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    module.op = Noted()
    module.upgrade()
    return module.op.metadata


# What is there, and what is missing


def tables_and_columns(bind: sa.Connection) -> set[tuple[str, str]]:
    inspector = sa.inspect(bind)
    return {(table, column["name"]) for table in inspector.get_table_names()
            for column in inspector.get_columns(table)}  # fmt: skip


def drop_old_pairing(bind: sa.Connection) -> None:
    """Forget the codes of displays waiting to be paired, where they have another shape: they live minutes."""
    if ("pairing", "display_id") in tables_and_columns(bind):
        op.drop_table("pairing")


def reconcile(bind: sa.Connection, wanted: sa.MetaData) -> list[tuple[str, str]]:
    """Add and alter what differs; return the columns that have a default until their rows are filled."""
    context = MigrationContext.configure(bind, opts={
        "target_metadata": wanted, "compare_type": True, "include_object": is_wanted})  # fmt: skip
    filled_later = []
    for step in produce_migrations(context, wanted).upgrade_ops.ops:
        if not isinstance(step, ops.ModifyTableOps):
            op.invoke(step)
            continue
        with op.batch_alter_table(step.table_name) as batch:
            for change in step.ops:
                if isinstance(change, ops.AddColumnOp) and not change.column.nullable:
                    change.column.server_default = sa.DefaultClause(blank(change.column.type))
                    filled_later.append((step.table_name, change.column.name))
                batch.invoke(change)
    return filled_later


def is_wanted(_thing: object, _name: str, kind: str, reflected: bool, counterpart: object) -> bool:
    """Tables and columns that only the database has stay; an index or constraint too many goes."""
    return kind not in ("table", "column") or not reflected or counterpart is not None


def blank(kind: sa.types.TypeEngine) -> sa.TextClause:
    if isinstance(kind, sa.Boolean):
        return sa.false()
    return sa.text("0" if isinstance(kind, sa.Integer) else "''")


# What the rows that were there say in the new columns


def fill(bind: sa.Connection, tables: dict[str, sa.Table], added: set[tuple[str, str]]) -> None:
    if ("sales_order", "rush") in added:
        rush_orders(bind, tables)
    for name in ("requisition", "sample"):
        if (name, "rush") in added:
            bind.execute(tables[name].update().values(rush=sa.true()).where(
                tables[name].c.card_id.in_(rush_cards(tables, "id"))))  # fmt: skip
    if ("shipment", "rush") in added:
        shipment = tables["shipment"]
        bind.execute(shipment.update().values(rush=sa.true())
                     .where(shipment.c.id.in_(rush_cards(tables, "shipment_id"))))  # fmt: skip
    if ("test_result", "statutory") in added:
        statutory_tests(bind, tables)
    if ("search_entry", "id") in added:
        search_index(bind, tables)


def rush_cards(tables: dict[str, sa.Table], column: str) -> sa.Select:
    card = tables["production_order"].c
    return sa.select(card[column]).where(card.rush, card[column].is_not(None))


def rush_orders(bind: sa.Connection, tables: dict[str, sa.Table]) -> None:
    """An order is a rush while a line that was not declined is wanted soon after it came in."""
    order, line = tables["sales_order"], tables["order_line"].c
    asked = sa.select(order.c.id, order.c.received_at, line.requested_date, line.declined).where(
        line.order_id == order.c.id, line.requested_date.is_not(None))  # fmt: skip
    rush = {row.id for row in bind.execute(asked)
            if not row.declined and row.requested_date - day(row.received_at) <= RUSH}  # fmt: skip
    for number in sorted(rush):
        bind.execute(order.update().values(rush=sa.true()).where(order.c.id == number))


def day(moment: datetime) -> date:
    """The plant's day of a moment; SQLite gives it back in UTC without saying so."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(ZONE).date()


def statutory_tests(bind: sa.Connection, tables: dict[str, sa.Table]) -> None:
    """A test is statutory where its product's limits are not the plant's own."""
    result, test = tables["test_result"], tables["spec_test"].c
    sample, lot = tables["sample"].c, tables["lot"].c
    by_law = (sa.select(sample.id).join(lot.id.table, lot.id == sample.lot_id)
              .join(test.id.table, test.product_id == lot.product_id)
              .where(test.code == result.c.code, test.limit_basis != "",
                     test.limit_basis.not_like("own%")))  # fmt: skip
    bind.execute(result.update().values(statutory=sa.true())
                 .where(result.c.sample_id.in_(by_law.correlate(result))))  # fmt: skip


def search_index(bind: sa.Connection, tables: dict[str, sa.Table]) -> None:
    """The oldest text kept what a record is looked up by in the record alone."""
    for name, flow in FLOWS.items():
        record = tables[name].c
        found = sa.select(sa.literal(flow), record.id, record.search).where(record.search != "")
        entry = tables["search_entry"].insert().from_select(["flow", "record_id", "words"], found)
        bind.execute(entry)
    for name, columns in NAMED.items():
        for row in bind.execute(sa.select(tables[name])).mappings():
            words = unicodedata.normalize("NFKC", " ".join(row[column] or "" for column in columns))
            bind.execute(tables["search_name"].insert().values(
                subject=f"{name}:{row['id']}", words=words.casefold()))  # fmt: skip

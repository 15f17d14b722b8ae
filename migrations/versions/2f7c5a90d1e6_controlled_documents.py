"""Documents are revised: versions stand beside each other, and a plan keeps those it was drawn up with.

What is in force stays so, in the version that it says; nobody's signature is added to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "2f7c5a90d1e6"
down_revision = "9c4e7a15d3f8"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HEADS = ("work_instruction", "formula")
LINES = ("work_step", "formula_line", "spec_test", "product_packaging")
OF_PRODUCT = {"spec_test": ("stage", "code"), "product_packaging": ("line_no",)}
VERSIONS = ("specification_version", "packaging_version")
# What every plan that there is goes by: there were no others.
PINNED = """UPDATE plan SET instruction_id = (SELECT p.instruction_id FROM production_order c
    JOIN product p ON p.id = c.product_id WHERE c.id = plan.card_id)"""
NOTHING = """UPDATE plan SET {kind}_version = '' WHERE NOT EXISTS (SELECT 1 FROM {lines} t
    JOIN production_order c ON c.product_id = t.product_id WHERE c.id = plan.card_id AND t.active)"""
PRICED = """UPDATE order_line SET unit_price = (SELECT list_price FROM product
    WHERE product.id = order_line.product_id) WHERE product_id IS NOT NULL"""


def first():
    return {"nullable": False, "server_default": "1"}


def unique(table, *names):
    return op.f("_".join(("uq", table, "product_id", *names)))


def upgrade() -> None:
    create_revision()
    for table in HEADS:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"uq_{table}_code"), type_="unique")
            batch.create_unique_constraint(op.f(f"uq_{table}_code_version"), ["code", "version"])
        op.create_index(f"ix_{table}_in_force", table, ["code"], unique=True,
                        sqlite_where=sa.text("active IS 1"), postgresql_where=sa.text("active IS true"))
    for table in LINES:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("superseded", sa.Boolean(), nullable=False, server_default=sa.false()))
    for table, names in OF_PRODUCT.items():
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("version", sa.String(length=10), **first()))
            batch.drop_constraint(unique(table, *names), type_="unique")
            batch.create_unique_constraint(unique(table, "version", *names), ["product_id", "version", *names])
    with op.batch_alter_table("product") as batch:
        for name in VERSIONS:
            batch.add_column(sa.Column(name, sa.String(length=10), **first()))
    with op.batch_alter_table("plan") as batch:
        batch.add_column(sa.Column("instruction_id", KEY, nullable=True))
        batch.create_foreign_key(op.f("fk_plan_instruction_id"), "work_instruction", ["instruction_id"], ["id"])
        for name in VERSIONS:
            batch.add_column(sa.Column(name, sa.String(length=10), **first()))
    op.execute(PINNED)
    for kind, lines in (("specification", "spec_test"), ("packaging", "product_packaging")):
        op.execute(NOTHING.format(kind=kind, lines=lines))
    with op.batch_alter_table("order_line") as batch:
        batch.add_column(sa.Column("unit_price", sa.String(length=40), nullable=True))
    op.execute(PRICED)


def create_revision() -> None:
    op.create_table(
        "revision",
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("edition", sa.String(length=10), nullable=False),
        sa.Column("former_edition", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("author_id", KEY, nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("took_effect_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("former", sa.Text(), nullable=False),
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
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_revision_author_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["user.id"], name=op.f("fk_revision_holder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("number", name=op.f("uq_revision_number")),
    )
    op.create_index("ix_revision_board", "revision", ["stage", "due"])
    op.create_index("ix_revision_document", "revision", ["kind", "code"])


def downgrade() -> None:
    with op.batch_alter_table("order_line") as batch:
        batch.drop_column("unit_price")
    with op.batch_alter_table("plan") as batch:
        batch.drop_constraint(op.f("fk_plan_instruction_id"), type_="foreignkey")
        for name in ("instruction_id", *VERSIONS):
            batch.drop_column(name)
    with op.batch_alter_table("product") as batch:
        for name in VERSIONS:
            batch.drop_column(name)
    for table, names in OF_PRODUCT.items():
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(unique(table, "version", *names), type_="unique")
            batch.create_unique_constraint(unique(table, *names), ["product_id", *names])
            batch.drop_column("version")
    for table in LINES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("superseded")
    for table in HEADS:
        op.drop_index(f"ix_{table}_in_force", table)
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"uq_{table}_code_version"), type_="unique")
            batch.create_unique_constraint(op.f(f"uq_{table}_code"), ["code"])
    op.drop_table("revision")

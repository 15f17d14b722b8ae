"""Orders of callers who are in no list, customers found by pinyin, rush by decision."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '5b8e2f6a9c31'
down_revision = 'fbc192461754'

CHINESE = re.compile(r"[\u3400-\u9fff]")
NAMES = {"customer": ("code", "name_local", "name_en", "contact"),
         "customer_address": ("code", "address_local", "address_en", "receiver")}


def upgrade() -> None:
    with op.batch_alter_table('sales_order') as batch:
        batch.alter_column('customer_id', existing_type=sa.BigInteger(), nullable=True)
        batch.alter_column('address_id', existing_type=sa.BigInteger(), nullable=True)
        batch.add_column(sa.Column('customer_text', sa.String(length=120), server_default=sa.text("''"), nullable=False))
        batch.add_column(sa.Column('address_text', sa.String(length=300), server_default=sa.text("''"), nullable=False))
        batch.add_column(sa.Column('phone_text', sa.String(length=40), server_default=sa.text("''"), nullable=False))
        batch.add_column(sa.Column('rush_set', sa.Boolean(), nullable=True))
    for table, names in NAMES.items():
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column('finder', sa.Text(), server_default=sa.text("''"), nullable=False))
        fill(table, names)


def fill(table, names):
    """Write down what each row is found by, as the application does when one is saved."""
    columns = [sa.column(name) for name in ("id", "phone", "finder", *names)]
    rows = sa.table(table, *columns)
    connection = op.get_bind()
    for row in connection.execute(sa.select(rows)).mappings().all():
        found = found_by([row[name] for name in names], row["phone"])
        connection.execute(sa.update(rows).where(rows.c.id == row["id"]).values(finder=found))


def found_by(texts, phone):
    from pypinyin import lazy_pinyin

    words = []
    for text in filter(None, texts):
        words.append(normal(text))
        if CHINESE.search(text):
            parts = [re.sub(r"\W", "", normal(part)) for part in lazy_pinyin(text)]
            words += ["".join(parts), "".join(part if part.isdigit() else part[:1] for part in parts)]
    if phone:
        words += [normal(phone), re.sub(r"\D", "", phone)]
    return "".join(f" {word}" for word in words if word)


def normal(words):
    return unicodedata.normalize("NFKC", words).casefold()

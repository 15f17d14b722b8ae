"""People keep the names under which they signed, and namesakes are told apart.

What somebody was called before is taken from the record of their own changes; words that were erased stay erased.
"""

import json
from collections import Counter
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "3b8e5d1c7f20"
down_revision = "b7f40d92c6e3"

FORMER = """
    SELECT event.record_id, event.at, private_word.value FROM event
    JOIN private_word ON private_word.event_id = event.id AND private_word.field = 'name'
    WHERE event.flow = 'user' AND event.action = 'change' AND private_word.value IS NOT NULL
    ORDER BY event.record_id, event.seq
"""


def upgrade():
    with op.batch_alter_table("user") as batch:
        batch.add_column(sa.Column("former_names", sa.Text(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("has_namesake", sa.Boolean(), nullable=False, server_default=sa.false()))
    connection = op.get_bind()
    former = {}
    for number, at, value in connection.execute(sa.text(FORMER)):
        at = datetime.fromisoformat(at) if isinstance(at, str) else at
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        former.setdefault(number, []).append([at.astimezone(UTC).isoformat(), json.loads(value)["old"]])
    user = sa.table("user", *map(sa.column, ("id", "name", "former_names", "has_namesake")))
    rows = connection.execute(sa.select(user.c.id, user.c.name)).all()
    names = {number: {name.casefold(), *(old.casefold() for _, old in former.get(number, ()))} for number, name in rows}
    bearers = Counter(name for each in names.values() for name in each)
    for number, theirs in names.items():
        values = {"former_names": json.dumps(former.get(number, []), ensure_ascii=False, separators=(",", ":")),
                  "has_namesake": any(bearers[name] > 1 for name in theirs)}
        connection.execute(user.update().where(user.c.id == number).values(values))
    # The defaults were for the rows that were there; the models give their own.
    with op.batch_alter_table("user") as batch:
        batch.alter_column("former_names", server_default=None)
        batch.alter_column("has_namesake", server_default=None)


def downgrade():
    with op.batch_alter_table("user") as batch:
        batch.drop_column("has_namesake")
        batch.drop_column("former_names")

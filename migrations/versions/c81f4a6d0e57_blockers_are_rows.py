"""What blocks a record, and who may do what now, are rows; they were text in each record."""

import sqlalchemy as sa
from alembic import op

revision = "c81f4a6d0e57"
down_revision = "f2b96d4e7a15"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RECORDS = (
    "sales_order",
    "production_order",
    "requisition",
    "anomaly",
    "handover",
    "sample",
    "shipment",
    "disposition",
)
OF_ACTION = (
    ("id", KEY),
    ("flow", sa.String(length=20)),
    ("record_id", KEY),
    ("action", sa.String(length=40)),
)


def of_action():
    return [sa.Column(name, kind, nullable=False) for name, kind in OF_ACTION]


def upgrade():
    op.create_table(
        "blocker",
        *of_action(),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("subject_id", KEY, nullable=True),
        sa.Column("stuck", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocker")),
    )
    op.create_index("ix_blocker_record", "blocker", ["flow", "record_id"])
    op.create_index("ix_blocker_code", "blocker", ["code", "subject_id"])
    op.create_table(
        "named_role",
        *of_action(),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_role")),
    )
    op.create_index("ix_named_role_record", "named_role", ["flow", "record_id"])
    for table in RECORDS:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("cue")
    # Only guards know the rows: every open record is looked at before anything is served.
    op.execute(
        "INSERT INTO job (kind, payload, state, attempts, due, progress) "
        "VALUES ('look_at_all', '{}', 'waiting', 0, CURRENT_TIMESTAMP, 0)"
    )


def downgrade():
    for table in RECORDS:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("cue", sa.Text(), nullable=False, server_default="{}"))
    op.drop_table("named_role")
    op.drop_table("blocker")

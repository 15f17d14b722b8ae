"""Each person's own choices of how things are shown, and the group robots that tell whoever is needed."""

import sqlalchemy as sa
from alembic import op

revision = "a4d7e20b9c15"
down_revision = "d94b7e21c6f0"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("user") as batch:
        batch.add_column(sa.Column("preferences", sa.Text(), nullable=False, server_default="{}"))
    # The default was for the rows that were there; the model gives its own.
    with op.batch_alter_table("user") as batch:
        batch.alter_column("preferences", server_default=None)
    op.create_table(
        "robot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("address_secret", sa.String(length=500), nullable=False),
        sa.Column("signing_secret", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("last", sa.Text(), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_robot")),
        sa.UniqueConstraint("name", name=op.f("uq_robot_name")),
    )
    op.create_table(
        "robot_message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("robot_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["robot_id"], ["robot.id"], name=op.f("fk_robot_message_robot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_robot_message")),
        sa.UniqueConstraint("robot_id", "about", name=op.f("uq_robot_message_robot_id_about")),
    )
    op.create_index("ix_robot_message_waiting", "robot_message", ["robot_id", "settled_at"])


def downgrade() -> None:
    op.drop_table("robot_message")
    op.drop_table("robot")
    with op.batch_alter_table("user") as batch:
        batch.drop_column("preferences")
